# One image for the web server, the site workers and the scheduler. Debian and not Alpine: two wheels have no musl build.
FROM python:3.11-slim-bookworm AS packages
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /app
COPY requirements.lock ./
RUN uv venv /venv && uv pip install --python /venv/bin/python --compile-bytecode --no-cache -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 KKT_VAR_DIR=/var/lib/kktoffice KKT_STATIC_ROOT=/app/static
# A user without a password; dialout is the group of serial ports.
RUN useradd --system --uid 10001 --home-dir /var/lib/kktoffice --create-home --groups dialout kktoffice
COPY --from=packages /venv /venv
WORKDIR /app
COPY bootstrap.py manage.py ./
COPY devices ./devices
COPY receipts ./receipts
COPY kktoffice ./kktoffice
RUN python -m compileall -q /app && KKT_STATIC_ROOT=/app/static python manage.py collectstatic --noinput
USER kktoffice
EXPOSE 8000
CMD ["python", "manage.py", "web", "--host", "0.0.0.0"]
