"""
The messages of failure-modes.md, sections 1 to 7, as they stand there: id, our code and its turn of events, Russian,
English. A clock is slow or fast, so C01 has one of both words here.
"""

from __future__ import annotations

from typing import Any

# What the sentences name, for a try.
SAMPLE: dict[str, Any] = {
    "device": "Зал",
    "since": "14:01",
    "n": 3,
    "who": " fptr10 (4242)",
    "time": "14:05",
    "s": 15,
    "expected": "00106900000001",
    "actual": "00106900000002",
    "addr": "192.168.1.10:5555",
    "sum": "1 250,50 ₽",
    "fd": 30021,
    "paid": "1 000,00 ₽",
    "total": "1 250,50 ₽",
    "cash": "100,00 ₽",
    "need": "250,00 ₽",
    "diff": "150,00 ₽",
    "field": "e-mail",
    "masked": "n***e",
    "part": "Х",
    "state": "Y",
    "order": "10518",
    "min": 22,
    "limit": "",
    "h": 22,
    "date": "14.12.2026",
    "d": 12,
    "deadline": "03.12.2026",
    "what": "",
    "item": "Молоко",
    "reason": "Z",
    "host": "kassa-1",
    "external_id": "10518",
}

MESSAGES: list[tuple[str, str, str, str, str]] = [
    (
        "L01",
        "device_offline",
        "",
        "Касса «%(device)s» не отвечает с %(since)s. Проверьте, что она включена и кабель вставлен с обеих "
        "сторон. Ждут очереди: %(n)d. Повторно ничего не пробивайте.",
        'Register "%(device)s" has not answered since %(since)s. Check power and both ends of the cable. '
        "Waiting jobs: %(n)d. Do not enter anything again.",
    ),
    (
        "L02",
        "port_missing",
        "",
        "Компьютер не видит кассу «%(device)s». Выньте и вставьте USB-кабель. Если не поможет, позовите "
        "администратора.",
        'The computer cannot see "%(device)s". Unplug and replug the USB cable. If that does not help, call '
        "the administrator.",
    ),
    (
        "L03",
        "port_busy",
        "",
        "Кассу «%(device)s» заняла другая программа%(who)s. Закройте её: двум программам с одной кассой "
        "работать нельзя. Чеки ждут.",
        'Another program%(who)s is using "%(device)s". Close it: two programs cannot share one register. Jobs'
        " are waiting.",
    ),
    (
        "L04",
        "link_lost",
        "back",
        "Связь с кассой прервалась и восстановлена в %(time)s. Проверяем последний чек.",
        "The link dropped and came back at %(time)s. Checking the last receipt.",
    ),
    (
        "L05",
        "link_slept",
        "",
        "Касса «уснула», будим её. Это займёт несколько секунд.",
        "The register was asleep. Waking it up takes a few seconds.",
    ),
    (
        "L06",
        "port_probed",
        "",
        "Касса только что подключена. Готова будет через %(s)d с.",
        "The register has just been plugged in. Ready in %(s)d s.",
    ),
    (
        "L07",
        "wrong_device",
        "",
        "Подключена не та касса: ожидали № %(expected)s, отвечает № %(actual)s. Пробитие остановлено. "
        "Позовите администратора.",
        "Wrong register: expected %(expected)s, found %(actual)s. Printing is stopped. Call the administrator.",
    ),
    (
        "L08",
        "device_slow",
        "",
        "Касса отвечает медленно (ждёт интернет). Не выключайте её и не пробивайте чек заново.",
        "The register is slow (waiting for the internet). Do not switch it off and do not repeat the sale.",
    ),
    (
        "L10",
        "device_offline",
        "network",
        "Касса в сети не отвечает по адресу %(addr)s. Проверьте сетевой кабель и роутер.",
        "The network register at %(addr)s does not answer. Check the cable and the router.",
    ),
    (
        "L11",
        "device_rebooting",
        "",
        "Касса перезагружается. Подождите до 3 минут, не отключайте питание.",
        "The register is restarting. Wait up to 3 minutes and keep the power on.",
    ),
    (
        "R01",
        "outcome_unknown",
        "receipt",
        "Связь прервалась во время пробития чека на %(sum)s. Пока неизвестно, пробит он или нет. Не "
        "пробивайте повторно: программа проверит сама, как только касса ответит.",
        "The link dropped while registering a receipt for %(sum)s. It is not known yet whether it was "
        "registered. Do not repeat the sale: it will be checked as soon as the register answers.",
    ),
    (
        "R01 → пробит",
        "outcome_unknown",
        "registered",
        "Проверили: чек на %(sum)s пробит (ФД № %(fd)s). Повторять не нужно.",
        "Checked: the receipt for %(sum)s was registered (FD %(fd)s). Nothing to repeat.",
    ),
    (
        "R01 → не пробит",
        "outcome_unknown",
        "absent",
        "Проверили: чек на %(sum)s не пробит. Пробиваем сейчас.",
        "Checked: the receipt for %(sum)s was not registered. Registering it now.",
    ),
    (
        "R01 → человек",
        "outcome_unknown",
        "person",
        "Не удалось понять, пробит ли чек на %(sum)s. Найдите его на ленте или в кабинете ОФД и выберите: "
        "«Чек есть» или «Чека нет». До этого касса чеки не пробивает.",
        "Could not tell whether the receipt for %(sum)s exists. Find it on the tape or at the OFD and choose "
        '"Receipt exists" or "No receipt". Until then this register prints nothing.',
    ),
    (
        "R02",
        "paper_out",
        "",
        "Закончилась бумага. Чек ещё не пробит. Вставьте рулон, и печать начнётся сама.",
        "Out of paper. The receipt is not registered yet. Insert a roll and printing starts by itself.",
    ),
    (
        "R03",
        "paper_out_mid_receipt",
        "",
        "Бумага кончилась посередине. Чек на %(sum)s уже пробит и записан в накопитель. Вставьте рулон: "
        "допечатаем этот же чек. Новый не пробивайте.",
        "Paper ran out half-way. The receipt for %(sum)s is already registered. Insert a roll and the same "
        "receipt will be finished. Do not register a new one.",
    ),
    (
        "R04",
        "cover_open",
        "",
        "Открыта крышка кассы. Закройте её до щелчка.",
        "The cover is open. Close it until it clicks.",
    ),
    (
        "R05",
        "document_open",
        "",
        "В кассе остался незакрытый чек от прошлой операции. Отменяем его и продолжаем.",
        "An unfinished receipt was left in the register. Cancelling it and going on.",
    ),
    (
        "R07",
        "close_interrupted",
        "",
        "Касса не подтвердила закрытие чека. Проверяем.",
        "The register did not confirm the receipt. Checking.",
    ),
    (
        "R08",
        "z_interrupted",
        "",
        "Отчёт о закрытии смены не допечатан. Вставьте бумагу и нажмите «Допечатать отчёт». Пока он не "
        "допечатан, чеки не пробиваются.",
        'The closing report was cut off. Insert paper and press "Finish the report". No receipts until then.',
    ),
    (
        "R06",
        "document_closed",
        "",
        "Касса потеряла открытый чек (похоже, пропадало питание). Проверяем, пробит ли он.",
        "The register lost the open receipt (probably a power cut). Checking whether it was registered.",
    ),
    (
        "R09",
        "report_interrupted",
        "",
        "Отчёт кассы не допечатан. Вставьте бумагу и нажмите «Допечатать». До этого чеки не пробиваются.",
        'A register report was cut off. Insert paper and press "Finish printing". No receipts until then.',
    ),
    (
        "R10",
        "payments_mismatch",
        "",
        "Сумма оплат (%(paid)s) не равна итогу чека (%(total)s). Чек не пробит. Исправьте оплату.",
        "Payments (%(paid)s) do not equal the total (%(total)s). Not registered. Correct the payments.",
    ),
    (
        "R11",
        "total_differs",
        "",
        "В чеке ФД № %(fd)s сумма %(actual)s, а в заказе %(expected)s. Нужна коррекция. Позовите управляющего.",
        "Receipt FD %(fd)s shows %(actual)s, the order says %(expected)s. A correction is needed. Call the manager.",
    ),
    (
        "R12",
        "duplicate_request",
        "",
        "Такой чек уже пробит в %(time)s (ФД № %(fd)s). Второй не создан.",
        "This receipt was registered at %(time)s (FD %(fd)s). No second one was made.",
    ),
    (
        "R13",
        "not_enough_cash",
        "",
        "В кассе %(cash)s, а нужно выдать %(need)s. Сначала внесите %(diff)s.",
        "The register holds %(cash)s but %(need)s is needed. Deposit %(diff)s first.",
    ),
    (
        "R14",
        "bad_requisite",
        "",
        "Касса не приняла поле «%(field)s»: «%(masked)s». Чек не пробит. Исправьте поле или уберите его.",
        'The register refused the field "%(field)s": "%(masked)s". Not registered. Correct or remove it.',
    ),
    (
        "R15",
        "tax_mismatch",
        "",
        "Ставка НДС или система налогообложения не подходит этой кассе. Чек не пробит. Это исправляет администратор.",
        "The VAT rate or tax system does not fit this register. Not registered. The administrator can fix it.",
    ),
    (
        "R16",
        "device_busy",
        "",
        "Касса занята печатью. Подождём.",
        "The register is busy printing. Waiting.",
    ),
    (
        "R17",
        "printer_fault",
        "",
        "Касса не может печатать: %(part)s. Чек %(state)s. Выключите её на минуту, проверьте ленту. Не "
        "помогло: вызовите сервис.",
        "The register cannot print: %(part)s. The receipt is %(state)s. Switch it off for a minute and check "
        "the paper. If that fails, call service.",
    ),
    (
        "R18",
        "outcome_unknown",
        "power",
        "Питание пропадало. Проверяем, чем закончился последний чек. Подождите.",
        "Power was lost. Checking how the last receipt ended. Please wait.",
    ),
    (
        "R19",
        "low_power",
        "",
        "Кассе не хватает питания. Подключите её блок питания в розетку. Чек %(state)s.",
        "The register is low on power. Connect its power supply. The receipt is %(state)s.",
    ),
    (
        "R20",
        "paid_without_receipt",
        "",
        "Деньги за заказ %(order)s (%(sum)s) получены, а чек не пробит уже %(min)d мин. Откройте заказ.",
        "Order %(order)s (%(sum)s) is paid but has had no receipt for %(min)d min. Open the order.",
    ),
    (
        "R21",
        "test_device",
        "",
        "Это учебная касса: чеки ненастоящие и в отчёты не входят%(limit)s.",
        "This is a training register: receipts are not real and stay out of reports%(limit)s.",
    ),
    (
        "S01 (22 ч)",
        "shift_ends_soon",
        "",
        "Смена открыта %(h)d ч. Закройте её до %(time)s: после 24 часов касса не пробивает чеки.",
        "The shift has been open for %(h)d h. Close it before %(time)s: after 24 hours the register refuses receipts.",
    ),
    (
        "S01",
        "shift_expired",
        "",
        "Смена длится больше 24 часов, касса не пробивает чеки. Чек на %(sum)s ждёт. Закройте смену: чек "
        "пробьётся сразу в новой.",
        "The shift is over 24 hours old and receipts are refused. The receipt for %(sum)s is waiting. Close "
        "the shift: it will be registered in the new one.",
    ),
    (
        "S02",
        "shift_closed",
        "",
        "Смена закрыта. Откройте смену, чтобы пробить чек.",
        "The shift is closed. Open it to register the receipt.",
    ),
    (
        "S04",
        "service_needed",
        "",
        "Касса просит сервис: номера смен не совпадают. Чеки не пробиваются. Звоните в сервисный центр.",
        "The register needs service: shift numbers differ. No receipts. Call the service centre.",
    ),
    (
        "S06",
        "shift_totals_differ",
        "",
        "Итоги смены № %(n)s по кассе и по программе расходятся на %(diff)s. Откройте сверку.",
        "Shift %(n)s: register and program differ by %(diff)s. Open the reconciliation.",
    ),
    (
        "S07",
        "operator_error",
        "",
        "Касса не приняла пароль кассира. Чек не пробит. Пароль меняет администратор.",
        "The register refused the cashier's password. Not registered. The administrator can change it.",
    ),
    (
        "S08",
        "terminal_not_reconciled",
        "",
        "Сверка итогов на терминале не сделана. Смену можно закрыть, сверку сделайте потом.",
        "The card terminal has not been reconciled. You may close the shift and reconcile later.",
    ),
    (
        "C01",
        "clock_drift",
        "slow",
        "Часы кассы отстают на %(min)d мин. Поправим их после закрытия смены.",
        "The register clock is off by %(min)d min. It will be corrected after the shift is closed.",
    ),
    (
        "C02",
        "clock_behind",
        "",
        "На кассе стоит время раньше последнего чека. Проверьте дату на кассе и на компьютере.",
        "The register time is earlier than the last receipt. Check both dates.",
    ),
    (
        "C03",
        "clock_fn",
        "",
        "Часы кассы и накопителя разошлись больше чем на 5 минут. Закройте смену и установите время.",
        "The clocks of the register and its storage differ by over 5 minutes. Close the shift and set the time.",
    ),
    (
        "C04",
        "clock_reset",
        "",
        "На кассе сбросились часы. Введите точные дату и время (два раза, для проверки).",
        "The register clock was reset. Enter the exact date and time (twice, to confirm).",
    ),
    (
        "N01",
        "fn_expiring",
        "",
        "Фискальный накопитель работает до %(date)s (осталось %(d)d дн.). Закажите замену сейчас: с "
        "просроченным касса не пробивает чеки.",
        "The fiscal storage works until %(date)s (%(d)d days left). Order a new one: an expired one stops all"
        " receipts.",
    ),
    (
        "N02",
        "fn_full",
        "",
        "В накопителе закончилось место. Чеки больше не пробиваются. Закройте смену и вызовите сервис для замены ФН.",
        "The fiscal storage is full. No more receipts. Close the shift and call service to replace it.",
    ),
    (
        "N03",
        "fn_expired",
        "",
        "Срок накопителя закончился %(date)s. Чеки не пробиваются. Закройте смену и замените ФН.",
        "The fiscal storage expired on %(date)s. No receipts. Close the shift and replace it.",
    ),
    (
        "N04",
        "fn_crypto",
        "",
        "Ресурс накопителя исчерпан раньше срока. Чеки не пробиваются. Закройте смену и замените ФН.",
        "The storage has used up its resource early. No receipts. Close the shift and replace it.",
    ),
    (
        "N05",
        "fn_fault",
        "",
        "Неисправность фискального накопителя. Чеки не пробиваются. Ничего не выключайте, звоните в сервис.",
        "Fiscal storage fault. No receipts. Do not switch anything off; call service.",
    ),
    (
        "N06",
        "ofd_delay",
        "",
        "Касса %(d)d дн. не отправляет чеки оператору (ОФД): накопилось %(n)d. Торговать можно. Проверьте "
        "интернет. Если не починить до %(deadline)s, касса остановится.",
        "For %(d)d days the register has not sent receipts to the OFD: %(n)d waiting. You can sell. Check the"
        " internet. If not fixed by %(deadline)s the register will stop.",
    ),
    (
        "N07",
        "ofd_blocked",
        "",
        "Касса остановлена: чеки не уходят в ОФД больше 30 дней. Почините интернет: как только чеки уйдут, "
        "касса заработает сама.",
        "The register is stopped: receipts have not reached the OFD for over 30 days. Fix the internet: it "
        "restarts by itself once they are sent.",
    ),
    (
        "N08",
        "ofd_rejected",
        "",
        "Оператор (ОФД) не принимает чеки этой кассы. Торговать можно. Проверьте договор с ОФД и регистрацию кассы.",
        "The OFD refuses this register's receipts. You can sell. Check the OFD contract and the registration.",
    ),
    (
        "N09",
        "fn_unsent",
        "",
        "Нельзя закрыть накопитель: не отправлено чеков: %(n)d. Сначала восстановите связь с ОФД.",
        "The storage cannot be closed: %(n)d receipts unsent. Restore the OFD link first.",
    ),
    (
        "N10",
        "not_registered",
        "",
        "Касса не зарегистрирована в налоговой или в ней чужой накопитель. Чеки пробивать нельзя. Позовите "
        "администратора.",
        "The register is not registered, or its storage belongs to another one. No receipts. Call the administrator.",
    ),
    (
        "N11",
        "licence",
        "",
        "В кассе нет нужной лицензии%(what)s. Чеки не пробиваются. Позовите администратора.",
        "A licence is missing%(what)s. No receipts. Call the administrator.",
    ),
    (
        "N12",
        "buyer_mail_unsent",
        "",
        "Чек пробит, но письмо покупателю не ушло. Отправьте ссылку или покажите QR-код. Пробивать заново не нужно.",
        "The receipt is registered but the e-mail was not sent. Send the link or show the QR. Do not register again.",
    ),
    (
        "M01",
        "mark_timeout",
        "",
        "«Честный знак» не ответил за %(s)d с. Чек не пробит. Повторить проверку?",
        "The marking service did not answer in %(s)d s. Not registered. Check again?",
    ),
    (
        "M02",
        "mark_busy",
        "",
        "Касса ещё проверяет прошлый код. Подождите %(s)d с.",
        "The register is still checking the previous code. Wait %(s)d s.",
    ),
    (
        "M03",
        "mark_not_checked",
        "",
        "Код товара «%(item)s» не проверен. Отсканируйте его ещё раз.",
        'The code of "%(item)s" was not checked. Scan it again.',
    ),
    (
        "M04",
        "mark_invalid",
        "",
        "Это не код маркировки. Отсканируйте квадратный код, а не штрихкод.",
        "This is not a marking code. Scan the square code, not the barcode.",
    ),
    (
        "M05",
        "mark_blocked",
        "",
        "Продажа маркированных товаров временно закрыта. Обычные товары продавать можно.",
        "Marked goods cannot be sold right now. Other goods can.",
    ),
    (
        "M06",
        "mark_offline",
        "",
        "Коды проверяются без связи с «Честным знаком» с %(time)s: статус и срок годности не видны. Позовите "
        "администратора.",
        "Codes have been checked offline since %(time)s: status and expiry date are not visible. Call the "
        "administrator.",
    ),
    (
        "M07",
        "mark_refused",
        "",
        "Товар «%(item)s» продавать нельзя: %(reason)s. Уберите его из чека. Деньги не списаны.",
        '"%(item)s" must not be sold: %(reason)s. Remove it. No money was taken.',
    ),
    (
        "Q01",
        "deadline_passed",
        "many",
        "Пока касса не работала, накопилось заданий: %(n)d. Самое старое от %(time)s. Выберите, что пробить, "
        "а что отменить.",
        "While the register was down %(n)d jobs piled up, the oldest from %(time)s. Choose what to register "
        "and what to cancel.",
    ),
    (
        "Q02",
        "outcome_unknown",
        "restarted",
        "Программа перезапустилась во время чека на %(sum)s. Проверяем, пробит ли он.",
        "The program restarted during a receipt for %(sum)s. Checking whether it was registered.",
    ),
    (
        "Q05",
        "worker_down",
        "",
        "Служба кассы на компьютере «%(host)s» не работает с %(time)s. Включите компьютер или позовите администратора.",
        'The register service on "%(host)s" has been down since %(time)s. Switch the computer on or call the '
        "administrator.",
    ),
    (
        "Q09",
        "key_conflict",
        "",
        "Заказ %(external_id)s уже отправлен с другими данными: отличается «%(field)s». Новый чек не создан.",
        'Order %(external_id)s was already sent with other data: "%(field)s" differs. No receipt was created.',
    ),
    (
        "Q13",
        "disk_full",
        "",
        "На сервере закончилось место. Новые чеки не принимаются, пробитые сохранены. Позовите администратора.",
        "The server is out of disk space. New receipts are refused, registered ones are safe. Call the administrator.",
    ),
]
