"""
The virtual device: an ATOL cash register at the far end of a real byte stream. No Django here, nothing shared with the
driver but facts of law.

In a test or a program:

    from devices.simulator.running import running_device, serve_pty, serve_tcp
    from devices.simulator.device import VirtualDevice

    with running_device(folder, transport=3) as url:            # a pseudo-terminal; tcp=True: a socket
        ...                                                     # url is what pyserial opens

    with VirtualDevice(folder, ffd="1.05", model="77f") as device, serve_tcp(device) as line:
        ...                                                     # line.url; device.paper = False; device.roll.last()

From a shell: `python manage.py virtual_device --pty PATH --state DIR`. Whole story: docs/virtual-device.md.

    line      lines.py (pty, TCP) > port.py (which transport) > frames3.py, tasks3.py | session2.py > worker.py
    device    device.py (one `execute` for all) > commands/ (a row per command byte)
    memory    archive.py (the ФН, append only) > state.py, counters.py; options.py, tables.py
    paper     printer.py, paper.py, render.py, layout.py
    contents  receipt.py (arithmetic), documents.py and tlv.py (requisites)
    trouble   faults.py (hooks), trouble/ (faults by name), control.py (the control socket), errors.py
"""
