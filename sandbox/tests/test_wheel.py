"""The wheel serves from any directory: documents and fixtures are inside, tests are not."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from sandbox.processes import await_ready

from .target import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_wheel_holds_documents_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for path in [*(ROOT / "specs").iterdir(), *(ROOT / "fixtures").iterdir()]:
        assert f"sandbox/{path.parent.name}/{path.name}" in names
    assert "contract_tests/requirements/devsync.yaml" in names
    assert "contract_tests/mutants/rows/devsync.yaml" in names
    assert "contract_tests/reports/template.html" in names
    assert "sandbox/console/templates/frame.html" in names
    assert "sandbox/console/static/console.css" in names
    assert not [name for name in names if "/tests/" in name or name.startswith("contract_tests/peers")]


def test_installed_wheel_serves_from_another_directory(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    [packages] = (tmp_path / "venv").glob("lib/python3*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    # What the wheel depends on comes from the environment of the tests, the sandbox itself must not.
    ours = next(path for path in map(Path, sys.path) if (path / "connexion").is_dir())
    for dependency in ours.iterdir():
        if "sandbox" not in dependency.name and not (packages / dependency.name).exists():
            (packages / dependency.name).symlink_to(dependency)
    command = [str(tmp_path / "venv/bin/python"), "-m", "sandbox", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            ready = await_ready(process)
            response = httpx.get(
                f"{ready['apis']['devsync']}/records", headers={"Authorization": "Bearer demo"}
            )
            assert response.json()["total"] > 200
        finally:
            process.terminate()
