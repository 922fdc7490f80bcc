"""
What the vendor's driver 10 understands, over whatever channel: its web server (atol_web) or its library (fptr10).

    channel.py   what a channel has to do: ask, and begin what must happen once
    words.py     its words for what the law numbers
    tasks.py     a command becomes JSON tasks
    receipts.py  the receipt among them
    values.py    its JSON values as ours
    results.py   its answers as Identity, DeviceState, Baseline, …
    archive.py   its documents as FiscalData
    errors.py    its error numbers as ErrorCode, and which leave the outcome open
    masking.py   its messages without passwords and buyers' data
    settling.py  what a command left in the fiscal storage
    marking.py   the check of marking codes
    driver.py    the driver itself: what happens once
    serving.py   and what may happen twice

Source: atol-driver10-json.md.
"""
