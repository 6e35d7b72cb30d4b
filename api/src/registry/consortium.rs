//! What looks wrong in a project's consortium as a whole.

use entities::project;
use entities::record::{Finding, FindingCode};

use super::money;
use crate::store::ConsortiumSums;

/// A project has one coordinator, and its participants' EU contributions add up to its own. A
/// project without participations says nothing.
#[must_use]
pub fn consortium_findings(project: &project::Model, sums: ConsortiumSums) -> Vec<Finding> {
    let ConsortiumSums {
        participations,
        coordinators,
        eu_contribution_minor,
    } = sums;
    let mut findings = Vec::new();
    if participations == 0 {
        return findings;
    }
    if coordinators != 1 {
        findings.push(Finding {
            code: FindingCode::CoordinatorCount,
            message: format!("the project has {coordinators} coordinators; one would be right"),
            path: "participations".to_owned(),
        });
    }
    if let Some(expected) = project.eu_contribution_minor
        && expected != eu_contribution_minor
    {
        let currency = project.currency.as_deref().unwrap_or("EUR");
        let amount = |minor| money::decimal(minor, currency);
        findings.push(Finding {
            code: FindingCode::ContributionMismatch,
            message: format!(
                "the participants' EU contributions add up to {}, the project's is {}: {} apart",
                amount(eu_contribution_minor),
                amount(expected),
                amount(
                    eu_contribution_minor
                        .saturating_sub(expected)
                        .saturating_abs()
                ),
            ),
            path: "euContribution".to_owned(),
        });
    }
    findings
}
