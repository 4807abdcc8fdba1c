"""What the command line needs is what the composition root provides."""

from __future__ import annotations

from pathlib import Path

from bot.app import App
from bot.surfaces.terminal.wiring import Wiring


def test_the_real_app_and_the_one_on_stage_are_both_such_a_wiring(tmp_path: Path) -> None:
    """Mypy proves the shapes; this proves that the parts that need no database work."""
    app: Wiring = App()
    path = tmp_path / "organisation.yaml"
    path.write_text(app.example_organisation())
    organisation, _ = app.organisation(path)
    assert organisation.exercise
    assert app.library().playbooks
    assert app.check_playbooks(None) == []
    assert app.manifest()["display_information"]
