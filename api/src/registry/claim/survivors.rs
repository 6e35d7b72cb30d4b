//! Which claim each field of a record takes its value from.

use std::collections::BTreeSet;

use entities::id::{ClusterId, SourceId};
use entities::record::{Envelope, FieldSources};
use serde_json::Value;

use super::hearing::{Places, takes_part};
use super::{Fields, is_empty};
use crate::store::SourceClaim;

/// A record as it stands, for those who claim something of it.
#[derive(Debug)]
pub(in crate::registry) struct Standing<'a> {
    /// Its envelope, with the steward that it will have.
    pub envelope: &'a Envelope,
    /// Its fields, as a write would say them.
    pub values: Fields,
    /// Where they come from.
    pub provenance: &'a FieldSources,
    /// The fields that it cannot be without.
    pub needed: &'a [&'a str],
    /// Who has accepted places in the partnerships that claims on it name.
    pub places: &'a Places,
}

/// The claim that is being written.
#[derive(Clone, Copy, Debug)]
pub(in crate::registry) struct Speaker<'a> {
    /// Its source.
    pub source: SourceId,
    /// Its id there.
    pub external_id: &'a str,
    /// The fields of which it says something new.
    pub news: &'a BTreeSet<String>,
}

/// What becomes of the fields that the steward's people wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry) enum Hand {
    /// They stay.
    Stays,
    /// They go, as the steward did.
    Goes,
}

/// What is to be put onto a record, and where its fields come from then.
#[derive(Debug)]
pub(in crate::registry) struct Survivors {
    /// The fields that change hands or are said anew.
    pub fields: Fields,
    /// Where all fields come from.
    pub provenance: FieldSources,
}

/// Where a field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Nobody,
    People,
    Source(SourceId),
}

impl Standing<'_> {
    /// The claim that counts most says what each field is: the steward's before those of other
    /// clusters, these before public sources. Among equals, what is said now counts, then what the
    /// field has, then what was said last. What people wrote stays until the steward's own source says
    /// something new of it.
    pub(in crate::registry) fn survivors(
        &self,
        claims: &[SourceClaim],
        speaker: Option<Speaker<'_>>,
        hand: Hand,
    ) -> Survivors {
        let mut fields = Fields::new();
        let mut provenance = self.provenance.clone();
        let heard = self.heard(claims);
        for field in self.fields_in_question(claims, hand) {
            let holder = self.holder(field);
            let is_news = |claim: &SourceClaim| {
                speaker.is_some_and(|speaker| {
                    speaker.source == claim.row.source_id
                        && speaker.external_id == claim.row.external_id
                        && speaker.news.contains(field)
                })
            };
            let is_overruled =
                |claim: &SourceClaim| self.is_of_steward(claim) && claim.cluster.is_some();
            // Another claim of the same source, which said it until now.
            let said_it = |claim: &SourceClaim| {
                speaker.is_some_and(|speaker| {
                    speaker.source == claim.row.source_id
                        && speaker.external_id != claim.row.external_id
                        && speaker.news.contains(field)
                })
            };
            let saying = heard.iter().filter(|claim| self.says(claim, field));
            let best = saying.max_by_key(|claim| {
                (
                    self.authority(claim),
                    is_news(claim),
                    holder == Holder::Source(claim.row.source_id),
                    claim.row.retrieved_at,
                )
            });
            let Some(best) = best else {
                let is_left = match holder {
                    Holder::Nobody => false,
                    Holder::People => hand == Hand::Goes,
                    Holder::Source(_) => true,
                };
                if is_left && self.has(field) && !self.needed.contains(&field) {
                    fields.insert(field.to_owned(), Value::Null);
                    // Nobody says that it is empty: others may fill it.
                    provenance.fields.remove(field);
                }
                continue;
            };
            let stays = holder == Holder::People
                && hand == Hand::Stays
                && !(is_news(best) && is_overruled(best));
            let has_it = holder == Holder::Source(best.row.source_id) && !said_it(best);
            if !stays && (is_news(best) || !has_it) {
                fields.insert(field.to_owned(), best.row.content[field].clone());
                provenance.set(field, Some(best.row.source_id));
            }
        }
        Survivors { fields, provenance }
    }

    fn fields_in_question<'b>(
        &'b self,
        claims: &'b [SourceClaim],
        hand: Hand,
    ) -> BTreeSet<&'b str> {
        let said = claims
            .iter()
            .filter_map(|claim| claim.row.content.as_object());
        let mut all: BTreeSet<_> = said.flat_map(Fields::keys).map(String::as_str).collect();
        all.extend(self.provenance.fields.keys().map(String::as_str));
        if hand == Hand::Goes {
            all.extend(self.values.keys().map(String::as_str));
        }
        all
    }

    fn holder(&self, field: &str) -> Holder {
        match (
            self.provenance.fields.get(field).copied(),
            self.provenance.record,
        ) {
            (Some(Some(source)), _) | (None, Some(source)) => Holder::Source(source),
            (Some(None), _) => Holder::People,
            (None, None) if self.has(field) => Holder::People,
            (None, None) => Holder::Nobody,
        }
    }

    fn has(&self, field: &str) -> bool {
        self.values.get(field).is_some_and(|value| !is_empty(value))
    }

    fn is_of_steward(&self, claim: &SourceClaim) -> bool {
        claim.cluster == self.envelope.steward_id
    }

    fn authority(&self, claim: &SourceClaim) -> u8 {
        match claim.cluster {
            _ if self.is_of_steward(claim) => 2,
            Some(_) => 1,
            None => 0,
        }
    }

    /// The claims that take part.
    fn heard<'b>(&self, claims: &'b [SourceClaim]) -> Vec<&'b SourceClaim> {
        let live = claims.iter().filter(|claim| claim.is_live());
        live.filter(|claim| takes_part(claim, self.envelope, claims, self.places))
            .collect()
    }

    /// Whether those who are heard say all that the record cannot be without.
    pub(in crate::registry) fn is_complete(&self, claims: &[SourceClaim]) -> bool {
        let heard = self.heard(claims);
        let says = |claim: &SourceClaim, field: &str| {
            let said = claim.row.content.get(field);
            said.is_some_and(|value| !is_empty(value))
        };
        let mut needed = self.needed.iter();
        needed.all(|field| heard.iter().any(|claim| says(claim, field)))
    }

    /// Whether a claim has a say in a field. That a field is empty, only the steward can say: of others
    /// it says that they do not know.
    fn says(&self, claim: &SourceClaim, field: &str) -> bool {
        let says = claim.row.content.get(field);
        says.is_some_and(|value| !is_empty(value) || self.is_of_steward(claim))
    }
}

/// The cluster that answers for a record when its steward withdraws: of those that remain, the one
/// that has claimed it longest; none: the registry.
pub(in crate::registry) fn oldest_claimant(claims: &[SourceClaim]) -> Option<ClusterId> {
    let live = claims.iter().filter(|claim| claim.is_live());
    live.filter_map(|claim| Some((claim.row.claimed_at, claim.cluster?)))
        .min()
        .map(|(_, cluster)| cluster)
}
