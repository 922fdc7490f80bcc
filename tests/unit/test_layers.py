"""Who may import whom: protocol <- drivers <- devices <- receipts <- kktoffice, and the simulator stands apart."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("devices", "receipts", "kktoffice")
# The vocabulary that all parts share: plain values, without a word about who uses them.
VOCABULARY = ("devices.errors", "devices.units", "devices.ffd", "devices.commands", "devices.states")
# The lower may never import the higher; the first prefix that fits decides.
LAYERS = (
    (VOCABULARY, 0),
    (("devices.protocol",), 1),
    (("devices.drivers",), 2),
    (("devices",), 3),
    (("receipts",), 4),
    (("kktoffice",), 5),
)
PLAIN = (*VOCABULARY, "devices.protocol", "devices.drivers", "devices.simulator")
FRAMEWORKS = ("django", "celery", "kombu", "redis", "rest_framework")
# The only things that the virtual device and the driver share: constants.
SIMULATOR_MAY = ("devices.simulator", "devices.protocol.atol.tables", "devices.ffd", "devices.units")
SIMULATOR_USERS = (
    "devices.simulator",
    "devices.management.commands.virtual_device",
    "kktoffice.chaos.archives",
    "kktoffice.chaos.audit_shifts",
)


def is_in(module: str, parts: tuple[str, ...]) -> bool:
    return any(module == part or module.startswith(part + ".") for part in parts)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def imports(tree: ast.AST, module: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module that *tree* imports, wherever in it, as absolute names; `from a import b` counts as a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")
            depth = len(parents) - node.level + (1 if is_package else 0)
            base = parents[:depth] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def sources() -> dict[str, list[str]]:
    found = {}
    for app in APPS:
        for path in sorted((PROJECT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                module = name_of(path)
                tree = ast.parse(path.read_text(), str(path))
                found[module] = sorted(set(imports(tree, module, is_package=path.name == "__init__.py")))
    return found


@pytest.fixture(scope="module")
def modules() -> dict[str, list[str]]:
    return sources()


def layer(module: str) -> int | None:
    return next((rank for parts, rank in LAYERS if is_in(module, parts)), None)


def test_the_reader_of_imports_sees_every_form() -> None:
    forms = (
        "import a.b",
        "from c import d",
        "def f():",
        "    from .e import g",
        "    from .. import h",
        "import i as j",
    )
    tree = ast.parse("\n".join(forms))

    assert ["a.b", "c.d", "i", "x.h", "x.y.e.g"] == sorted(imports(tree, "x.y.z"))


def test_no_part_imports_a_higher_one(modules: dict[str, list[str]]) -> None:
    upwards = [
        f"{module} imports {target}"
        for module, targets in modules.items()
        if not is_in(module, ("devices.simulator", *SIMULATOR_USERS))
        for target in targets
        if (own := layer(module)) is not None and (other := layer(target)) is not None and other > own
    ]

    assert [] == upwards


def test_plain_parts_know_no_framework(modules: dict[str, list[str]]) -> None:
    found = [
        f"{module} imports {target}"
        for module, targets in modules.items()
        if is_in(module, PLAIN)
        for target in targets
        if is_in(target, FRAMEWORKS)
    ]

    assert [] == found


def test_the_simulator_shares_only_constants_with_the_rest(modules: dict[str, list[str]]) -> None:
    shared = [
        f"{module} imports {target}"
        for module, targets in modules.items()
        if is_in(module, ("devices.simulator",))
        for target in targets
        if is_in(target, APPS)
        and not is_in(target, SIMULATOR_MAY)
        and not target.startswith("devices.protocol.atol.tables")
    ]

    assert [] == shared


def test_nobody_but_its_own_command_and_the_audit_of_archives_uses_the_simulator(modules: dict[str, list[str]]) -> None:
    users = [
        f"{module} imports {target}"
        for module, targets in modules.items()
        if not is_in(module, SIMULATOR_USERS)
        for target in targets
        if is_in(target, ("devices.simulator",))
    ]

    assert [] == users


def test_only_the_protocol_and_the_simulator_open_ports(modules: dict[str, list[str]]) -> None:
    users = [
        module
        for module, targets in modules.items()
        if not is_in(module, ("devices.protocol", "devices.simulator"))
        for target in targets
        if is_in(target, ("serial",))
    ]

    assert [] == users


def test_faces_of_the_api_do_not_know_each_other(modules: dict[str, list[str]]) -> None:
    faces = tuple(sorted(path.name for path in (PROJECT / "receipts" / "api").iterdir() if (path / "urls.py").exists()))
    strangers = [
        f"{module} imports {target}"
        for module, targets in modules.items()
        for face in faces
        if is_in(module, (f"receipts.api.{face}",))
        for target in targets
        if any(is_in(target, (f"receipts.api.{other}",)) for other in faces if other != face)
    ]

    assert [] == strangers


def test_the_bootstrap_needs_the_standard_library_alone() -> None:
    allowed = {*sys.stdlib_module_names, "bootstrap", "django"}  # manage.py imports Django once it is there
    for name in ("manage.py", "bootstrap.py"):
        tree = ast.parse((PROJECT / name).read_text())
        strangers = {target.split(".")[0] for target in imports(tree, name)} - allowed

        assert set() == strangers
