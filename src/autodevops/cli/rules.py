"""`autodevops rules`: the catalogue."""

from autodevops.cli.options import ListFormat, NoColor, Selectors, selectors


def rules(select: Selectors = None, form: ListFormat = "text", no_color: NoColor = False) -> None:
    """List every rule: its severity, where its facts come from, and what it demands.

    T is the file tree, H git history, G1 to G3 GitHub with metadata, contents and administration
    access.

    Example: `autodevops rules --select BR,codeowners-missing`
    """
    from autodevops.cli.catalogue import rules_as_json, rules_as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.engine.plan import Selection, plan
    from autodevops.policy import rule_names
    from autodevops.rules.catalog import RULES

    planned = plan(RULES, rule_names(), Selection(select_option=selectors(select)))
    listed = [entry.rule for entry in planned if entry.disabled is None]
    shown = screen(no_color=no_color)
    write(rules_as_json(listed) if form == "json" else rules_as_text(listed, shown), None)
