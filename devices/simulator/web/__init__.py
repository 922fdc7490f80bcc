"""
The vendor's web server of driver 10, on the virtual device: what its clients can be tried against.

    errors.py    why a task fails: the driver's numbers, from the device's own bytes
    fields.py    a task's JSON, read with the driver's complaints about fields
    names.py     words of the tasks and the codes that they stand for
    host.py      commands to the device in this process, as the vendor's driver gives them
    receipts.py  sell, its kin and the corrections
    printing.py  text and codes between fiscal lines and without them
    doing.py     tasks that do something: shifts, cash, reports, slips
    telling.py   tasks that tell something
    document.py  a document of the fiscal storage as JSON
    marking.py   the check of a marking code
    tasks.py     all of them by type, and which leave a document
    store.py     requests on disk, so that a restart forgets none
    queue.py     the worker: one request after another, blocked and recovered
    http.py      the server, and what both generations share
    asked.py     a request and an answer as values
    v1.py v2.py  /requests and /api/v2

Source: atol-driver10-json.md. No code of the driver or of the faces is here, so that neither can hide the
other's mistake.
"""
