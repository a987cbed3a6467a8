"""Automated CI/CD with security scanning: what becomes of the secrets that workflows use."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from autodevops.facts.secret_uses import SecretUse, SecretUses
from autodevops.facts.untrusted_jobs import UntrustedJobs
from autodevops.model.finding import Safety, Severity, Violation, in_file
from autodevops.rules._api import rule

_SECTION = "CI Pipelines Per Service"


@rule("WS005", "secret-in-script", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.SAFE)
def secret_in_script(uses: SecretUses) -> Iterator[Violation]:
    """No secret is expanded into a script; scripts read it from the environment.

    `${{ secrets.X }}` becomes part of the script's text: a quote or `$` in the value breaks or
    runs it, and it ends in process lists and traces.

    Remedy: Hand it over in `env:` and read the variable in the script, quoted.

    Example:
        - run: deploy --token ${{ secrets.TOKEN }}
        becomes
        - run: deploy --token "$TOKEN"
          env:
            TOKEN: ${{ secrets.TOKEN }}
    """
    for subject, found in _by_step(uses.expanded):
        names = sorted({one.secret for one in found})
        yield Violation(
            subject=subject,
            message=f"the script of {subject} has {', '.join(names)} expanded into it",
            at=tuple(in_file(one.path, one.line) for one in found),
            evidence={"secrets": names},
        )


@rule("WS006", "secret-written", section=_SECTION, severity=Severity.HIGH)
def secret_written(uses: SecretUses) -> Iterator[Violation]:
    """No secret is echoed or written to a file.

    The log masks a secret only in the form in which it is stored, and a file outlives the step: it
    ends in caches, artifacts and images.

    Remedy: Give it to the program on its standard input or in its environment.

    Example:
        - run: echo "$KEY" > key.pem && deploy --key key.pem
        becomes
        - run: echo "$KEY" | deploy --key-stdin
    """
    for subject, found in _by_step(uses.told):
        first = found[0]
        yield Violation(
            subject=subject,
            message=f"{subject} has {first.secret} {first.how}",
            at=tuple(in_file(one.path, one.line) for one in found),
            evidence={
                "secrets": sorted({one.secret for one in found}),
                "how": [one.how for one in found],
            },
        )


@rule(
    "WS009",
    "secret-in-untrusted-job",
    section=_SECTION,
    severity=Severity.MEDIUM,
    defers_to=("DF006",),
)
def secret_in_untrusted_job(jobs: UntrustedJobs) -> Iterator[Violation]:
    """A job that runs a pull request's code gets no production secret.

    Whoever may open a pull request may change what the job runs, and send the secret anywhere
    before a reviewer has looked.

    Remedy: Use secrets of a test system there, and keep production's in a protected environment
    that only deploys from the default branch use.

    Example:
        on: pull_request
        env:
          DATABASE_URL: ${{ secrets.PROD_DATABASE_URL }}
        becomes
        on: pull_request
        env:
          DATABASE_URL: ${{ secrets.TEST_DATABASE_URL }}
    """
    for subject, group in groupby(jobs.exposed, key=lambda one: one.job.subject):
        found = list(group)
        names = sorted({one.secret for one in found})
        yield Violation(
            subject=subject,
            message=f"{subject} runs a pull request's code with {', '.join(names)} in reach",
            at=tuple(in_file(one.job.path, one.line) for one in found),
            evidence={
                "secrets": names,
                "environment": found[0].job.environment.text
                if found[0].by_environment and found[0].job.environment
                else None,
            },
        )


def _by_step(uses: Iterable[SecretUse]) -> Iterator[tuple[str, list[SecretUse]]]:
    for subject, group in groupby(uses, key=lambda one: one.subject):
        yield subject, list(group)
