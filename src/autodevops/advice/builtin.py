"""Advice without a model: what the rule itself says to do."""

from autodevops.advice.interface import Remediation
from autodevops.advice.prompt import Demand
from autodevops.model.finding import Finding


def own_remedy(finding: Finding, demand: Demand) -> Remediation:
    """Return the rule's reason and remedy as a remediation."""
    return Remediation(
        explanation=" ".join(demand.why.split()) or demand.title,
        steps=(finding.remediation or demand.remedy,),
        risk=None,
    )
