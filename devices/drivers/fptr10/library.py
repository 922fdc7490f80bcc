"""
The vendor's library by its C interface, and nothing more: a handle, settings, open, processJson, the last error.

Its calls are not safe for threads: a handle belongs to one driver, which one thread uses at a time. Strings are wide,
of the platform's width. Source: atol-driver10-json.md 1.9; names and types of the calls: the library's public header.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

from devices.drivers.driver10.channel import Json
from devices.drivers.driver10.values import parse, written
from devices.errors import ErrorCode, Refused

JSON_DATA = 65645
_START = 4096  # characters; a longer answer says how long it is

_HANDLE = ctypes.c_void_p
_CALLS: dict[str, tuple[Any, ...]] = {
    "libfptr_create": (ctypes.POINTER(_HANDLE),),
    "libfptr_destroy": (ctypes.POINTER(_HANDLE),),
    "libfptr_set_settings": (_HANDLE, ctypes.c_wchar_p),
    "libfptr_open": (_HANDLE,),
    "libfptr_close": (_HANDLE,),
    "libfptr_set_param_str": (_HANDLE, ctypes.c_int, ctypes.c_wchar_p),
    "libfptr_get_param_str": (_HANDLE, ctypes.c_int, ctypes.c_wchar_p, ctypes.c_int),
    "libfptr_process_json": (_HANDLE,),
    "libfptr_error_code": (_HANDLE,),
    "libfptr_error_description": (_HANDLE, ctypes.c_wchar_p, ctypes.c_int),
}


class Failed(Exception):
    """The library said no: its number, its words."""

    def __init__(self, number: int, words: str) -> None:
        super().__init__(f"{number}: {words}")
        self.number = number
        self.words = words


def load(path: str) -> ctypes.CDLL:
    """Raises Refused(NOT_SUPPORTED): there is no such library, or another one."""
    if not path:
        raise Refused(ErrorCode.NOT_SUPPORTED, "KKT_FPTR10_LIBRARY does not name the vendor's libfptr10")
    if not Path(path).is_file():
        raise Refused(ErrorCode.NOT_SUPPORTED, f"KKT_FPTR10_LIBRARY: there is no file {path}")
    try:
        library = ctypes.CDLL(path)
        for name, types in _CALLS.items():
            call = getattr(library, name)
            call.argtypes, call.restype = types, ctypes.c_int
    except (OSError, AttributeError) as error:
        raise Refused(ErrorCode.NOT_SUPPORTED, f"{path} is no libfptr10 of this system: {error}") from error
    return library


class Handle:
    """One driver of the library. Raises Failed wherever the library says no."""

    def __init__(self, library: ctypes.CDLL, settings: Json) -> None:
        self._library = library
        self._handle = _HANDLE()
        if self._library.libfptr_create(ctypes.byref(self._handle)) or not self._handle:
            raise Failed(6, "libfptr_create")
        try:
            self._must(self._library.libfptr_set_settings(self._handle, written(settings)))
        except Failed:
            self.destroy()
            raise

    def open(self) -> None:
        self._must(self._library.libfptr_open(self._handle))

    def close(self) -> None:
        """Whatever it says: there is nothing to be done about it."""
        self._library.libfptr_close(self._handle)

    def destroy(self) -> None:
        self._library.libfptr_destroy(ctypes.byref(self._handle))
        self._handle = _HANDLE()

    def process(self, task: Json) -> Json:
        """The result of one task; {} where it has none."""
        self._library.libfptr_set_param_str(self._handle, JSON_DATA, written(task))
        self._must(self._library.libfptr_process_json(self._handle))
        answer = self._text(lambda *where: self._library.libfptr_get_param_str(self._handle, JSON_DATA, *where))
        try:
            data = parse(answer) if answer.strip() else None
        except ValueError as error:
            raise Failed(5, f"an answer that is no JSON: {error}") from error
        return data if isinstance(data, dict) else {}

    def _must(self, code: int) -> None:
        if code != 0:
            call = self._library.libfptr_error_description
            number = self._library.libfptr_error_code(self._handle)
            raise Failed(number, self._text(lambda *where: call(self._handle, *where)))

    @staticmethod
    def _text(fetch: Any) -> str:
        """A string that the library copies into a buffer and tells the length of."""
        size = _START
        while True:
            buffer = ctypes.create_unicode_buffer(size)
            needed = fetch(buffer, size)
            if needed <= size:
                return buffer.value
            size = needed + 1
