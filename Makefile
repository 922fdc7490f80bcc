# Aliases only; the commands themselves need no make.
.PHONY: demo test
demo:
	python3 manage.py demo
test:
	python3 manage.py test
