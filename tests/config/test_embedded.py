"""One embedded process per database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import embedded
from config.env import ROOT


def test_a_second_embedded_process_on_the_same_folder_is_refused_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with embedded.only_one(tmp_path):
        with pytest.raises(SystemExit) as end, embedded.only_one(tmp_path):
            pass
        assert end.value.code == 78
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "already runs" in said


def test_the_lock_is_free_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    holder = (
        "import sys, time, pathlib, fcntl\n"
        "f = pathlib.Path(sys.argv[1], 'embedded.lock').open('a')\n"
        "fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holder, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(SystemExit), embedded.only_one(tmp_path):
            pass
        process.kill()
        process.wait()
    with embedded.only_one(tmp_path):
        pass
