"""
Trouble on demand: faults that are named by a line of text, on top of the hooks of devices/simulator/faults.py.

    spec.py       the grammar: kind:name=value,name=value
    fault.py      what every fault is; Rig, what a fault can get hold of
    frames.py     which command the bytes of a host belong to
    wire.py       cut, damage, lost_ack, silence, slow
    power.py      power
    printer.py    paper_out, cover_open, printer_fault
    storage.py    fn_full, fn_end, fn_replaced, ofd_silent, shift_age, clock
    neighbours.py other_device, foreign_receipt, busy, port_held, renamed
    web.py        web, web_link
    troubles.py   all of them together, as the one object that a device asks
    buttons.py    what a person does to a device: paper, cover, power, clock, exchange with the ОФД
"""
