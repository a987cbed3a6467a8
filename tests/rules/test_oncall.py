"""The rules about alerts and the on-call playbook."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import oncall as rules
from tests.support.asking import is_not_applicable, outcomes, subjects, violations

ALERTS = "ops/prometheus/alerts.yml"
MANAGER = "ops/alertmanager.yml"
GOOD_ALERTS = """groups:
- name: api
  rules:
  - alert: ApiDown
    expr: up == 0
    annotations:
      summary: The API is down
      runbook_url: ops/runbook.md#api-down
  - record: x:y
    expr: up
"""
GOOD_MANAGER = """route:
  receiver: slack
  routes:
  - matchers: ['severity="page"']
    receiver: oncall
receivers:
- name: slack
  slack_configs: [{channel: '#alerts'}]
- name: oncall
  pagerduty_configs:
  - routing_key: ${PAGERDUTY_ROUTING_KEY}
"""
GOOD = {ALERTS: GOOD_ALERTS, MANAGER: GOOD_MANAGER, "ops/runbook.md": "# R\n"}


class TestAlertRoute:
    def test_a_full_route(self) -> None:
        assert not subjects(rules.alert_route, GOOD)

    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            ("      runbook_url: ops/runbook.md#api-down\n", "", "no runbook link"),
            ("ops/runbook.md#api-down", "ops/gone.md", "ops/gone.md is not there"),
            ("ops/runbook.md#api-down", "'[Add the runbook]'", "placeholder"),
            (
                "ops/runbook.md#api-down",
                "https://github.com/acme/shop/blob/main/ops/gone.md",
                "ops/gone.md is not there",
            ),
        ],
    )
    def test_an_alert_without_a_runbook(self, old: str, new: str, why: str) -> None:
        files = {**GOOD, ALERTS: GOOD_ALERTS.replace(old, new)}
        (found,) = violations(rules.alert_route, files)
        assert found.subject == ALERTS
        assert why in found.message
        assert found.locations[0].line == 4

    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            ("${PAGERDUTY_ROUTING_KEY}", "YOUR_PAGERDUTY_KEY", "placeholder"),
            ("${PAGERDUTY_ROUTING_KEY}", "''", "empty"),
            ("receiver: oncall", "receiver: slack", "no route leads to oncall"),
            ("pagerduty_configs", "email_configs", "no receiver is one of PagerDuty or Opsgenie"),
        ],
    )
    def test_alerts_that_call_nobody(self, old: str, new: str, why: str) -> None:
        files = {**GOOD, MANAGER: GOOD_MANAGER.replace(old, new)}
        (found,) = violations(rules.alert_route, files)
        assert found.subject == MANAGER
        assert why in found.message

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("pagerduty_configs:\n  - routing_key", "opsgenie_configs:\n  - api_key"),
            ("routing_key: ${PAGERDUTY_ROUTING_KEY}", "routing_key_file: /run/secrets/pd"),
            ("routing_key: ${PAGERDUTY_ROUTING_KEY}", "service_key: '{{ .Values.key }}'"),
            ("receiver: slack", "receiver: oncall"),
            (
                "pagerduty_configs:\n  - routing_key: ${PAGERDUTY_ROUTING_KEY}",
                "webhook_configs:\n  - url: https://events.pagerduty.com/x",
            ),
        ],
    )
    def test_other_ways_to_call(self, old: str, new: str) -> None:
        assert not subjects(rules.alert_route, {**GOOD, MANAGER: GOOD_MANAGER.replace(old, new)})

    @pytest.mark.parametrize(
        "link",
        [
            "https://wiki.acme.test/runbooks/api",
            "https://github.com/acme/runbooks/blob/main/api.md",
            "'{{ $labels.runbook }}'",
            "runbook.md",
            "../runbook.md",
        ],
    )
    def test_links_that_are_fine(self, link: str) -> None:
        text = GOOD_ALERTS.replace("ops/runbook.md#api-down", link)
        assert not subjects(rules.alert_route, {**GOOD, ALERTS: text, "runbook.md": "# R\n"})

    def test_grafana_provisioning(self) -> None:
        rule = (
            "apiVersion: 1\ngroups:\n- name: a\n  rules:\n  - title: Slow\n    condition: C\n"
            "    annotations: {runbook_url: ops/runbook.md}\n"
        )
        points = (
            "apiVersion: 1\ncontactPoints:\n- name: oncall\n  receivers:\n"
            "  - type: pagerduty\n    settings: {integrationKey: $PD_KEY}\n"
        )
        files = {"grafana/alerting/rules.yaml": rule, "ops/runbook.md": "# R\n"}
        assert not subjects(rules.alert_route, {**files, "grafana/alerting/points.yaml": points})
        email = points.replace("pagerduty", "email")
        assert subjects(rules.alert_route, {**files, "grafana/alerting/points.yaml": email}) == [
            "grafana/alerting/points.yaml"
        ]

    def test_routes_elsewhere_are_unknown(self) -> None:
        (said,) = outcomes(rules.alert_route, {ALERTS: GOOD_ALERTS, "ops/runbook.md": "# R\n"})
        assert isinstance(said, Unknown)

    @pytest.mark.parametrize(
        "files",
        [
            {"README.md": ""},
            {".github/workflows/ci.yml": "on: push\njobs: {}\n"},
            {"tests/alerts.yml": GOOD_ALERTS},
            {"docs/alerts.yml": GOOD_ALERTS},
            {"app/policy.yml": "groups:\n- name: x\n  condition: y\n"},
        ],
    )
    def test_without_alerts_there_is_nothing_to_judge(self, files: dict[str, str]) -> None:
        assert is_not_applicable(rules.alert_route, files)


class TestOncallPlaybook:
    PATH = "ops/oncall_playbook.md"

    def ask(self, text: str | None, path: str = PATH) -> list[str]:
        files = {"app/main.py": "import fastapi\n", "frontend/package.json": "{}"}
        if text is not None:
            files[path] = f"# On-call playbook\n\n{text}\n"
        return [one.message for one in violations(rules.oncall_playbook, files)]

    def test_it_is_missing(self) -> None:
        (message,) = self.ask(None)
        assert message.startswith("ops/oncall_playbook.md is missing")

    @pytest.mark.parametrize(
        ("text", "lacks"),
        [
            ("When paged, read the logs of the API first.", "who"),
            ("Primary: [Name], [Phone]", "who and how"),
            ("| Role | Name | Phone |\n|---|---|---|\n| Primary | TBD | TBD |", "who and how"),
            ("Primary: <name>\n\nPhone: <phone>", "who"),
            ("The platform team looks after everything.", "how"),
            ("TODO", "to be written"),
        ],
    )
    def test_it_names_nobody(self, text: str, lacks: str) -> None:
        (message,) = self.ask(text)
        assert lacks in message

    @pytest.mark.parametrize(
        "text",
        [
            "Primary: PagerDuty schedule `shop-primary`.",
            "| Role | Name | Phone |\n|---|---|---|\n| Primary | Ada Lovelace | +44 20 7946 0958 |",
            "Page @acme/platform in #incidents.",
            "Call ops@acme.test, then the team lead.",
            "Escalate to the platform team through Opsgenie.",
            "- Primary on-call: Ada (Slack `@ada`)\n- Backup: [to be named]",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert self.ask(text) == []

    def test_spelling_does_not_matter(self) -> None:
        assert self.ask("Page @acme/platform in #incidents.", "ops/on-call-playbook.md") == []

    def test_only_platforms_are_asked(self) -> None:
        assert is_not_applicable(rules.oncall_playbook, {"app/main.py": ""})
