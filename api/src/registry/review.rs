//! Organisations that may be there already: who must look at them, and what is decided.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::id::{ClusterId, PartnershipId, SourceId};
use entities::record::{RecordRow, RecordType};
use entities::{match_pair, organisation};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::InputErrorCode::{Forbidden, InvalidState, NotFound};
use super::access::permit;
use super::again::until_free;
use super::matching::Candidate;
use super::merge::{Merges, Merging};
use super::{Columns, Error, InputErrorCode, Page, Registry, Result, Slice, UserError, steward};
use crate::auth::{Actor, Permission, Principal};
use crate::store;

/// Decisions of one request.
pub const MAX_DECISIONS: usize = 500;

/// What someone decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The organisation that may be there already.
    pub own: Uuid,
    /// The one that it is the same as; none: it is none of the candidates.
    pub same_as: Option<Uuid>,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What became of it.
    pub outcome: SettleOutcome,
    /// The organisation as it is known from now on.
    pub id: Option<Uuid>,
    /// Why it was refused.
    pub errors: Vec<UserError>,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettleOutcome {
    /// The two are one now.
    Merged,
    /// The organisation stands for itself.
    KeptApart,
    /// Nothing was done.
    Rejected,
}

impl Registry {
    /// A page of the organisations that wait for an actor, oldest first: a cluster's own, and of the operator
    /// all, those of which their clusters may not know among them. None when a cursor is not one of this list.
    ///
    /// # Errors
    /// When the actor may not, or the database fails.
    pub async fn match_reviews(&self, actor: &Actor, slice: &Slice) -> Result<Option<Page<Uuid>>> {
        let owner = reviewer(actor)?;
        Ok(store::open_reviews(&self.db.read, owner, slice).await?)
    }

    /// How many organisations wait for an actor.
    ///
    /// # Errors
    /// As [`Registry::match_reviews`].
    pub async fn match_review_count(&self, actor: &Actor) -> Result<i64> {
        let owner = reviewer(actor)?;
        Ok(store::open_review_count(&self.db.read, owner).await?)
    }

    /// Those that organisations which wait may be the same as, the likeliest first.
    ///
    /// # Errors
    /// As [`Registry::match_reviews`].
    pub async fn match_candidates(
        &self,
        actor: &Actor,
        own: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, Vec<Candidate>>> {
        let owner = reviewer(actor)?;
        let db = &self.db.read;
        let pairs = store::open_pairs(db, owner, own).await?;
        let others = pairs.values().flatten().map(|pair| pair.other_id);
        let kind = RecordType::Organisation;
        let seen = store::existing(db, actor.scope(), kind, others.collect()).await?;
        let seen: HashSet<_> = seen.into_iter().collect();
        let candidates = pairs.into_iter().map(|(own, pairs)| {
            let seen = pairs
                .into_iter()
                .filter(|pair| seen.contains(&pair.other_id));
            (own, seen.map(candidate).collect())
        });
        Ok(candidates.collect())
    }

    /// How many organisations of each source of an actor's wait for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pending_reviews(&self, actor: &Actor) -> Result<HashMap<SourceId, i64>> {
        match actor.principal() {
            Principal::Cluster(id) => Ok(store::open_reviews_by_source(&self.db.read, id).await?),
            _ => Ok(HashMap::new()),
        }
    }

    /// Settles reviews, all in one transaction; each decision stands or falls alone.
    ///
    /// # Errors
    /// When the actor may not, there are too many, or the database fails.
    pub async fn settle_matches(
        &self,
        actor: &Actor,
        decisions: Vec<Decision>,
        origin: &str,
    ) -> Result<Vec<Settled>> {
        until_free(|| Box::pin(self.settle_once(actor, decisions.clone(), origin))).await
    }

    /// The same in one transaction.
    async fn settle_once(
        &self,
        actor: &Actor,
        decisions: Vec<Decision>,
        origin: &str,
    ) -> Result<Vec<Settled>> {
        let owner = reviewer(actor)?;
        if !decisions.is_empty() {
            steward::may_write(actor, RecordType::Organisation)?;
        }
        if decisions.len() > MAX_DECISIONS {
            return Err(Error::Unfit(format!(
                "{} decisions are too many: {MAX_DECISIONS} at most",
                decisions.len()
            )));
        }
        let origin = self.origin(actor, origin);
        let tx = self.begin_write().await?;
        let open = Open::of(&tx, actor, owner, &decisions).await?;
        let mut settled = Vec::with_capacity(decisions.len());
        let (mut merges, mut decided) = (Merges::new(), HashSet::new());
        for decision in decisions {
            let judged = if decided.insert(decision.own) {
                open.judge(decision, &merges)
            } else {
                Err(error(
                    NotFound,
                    "review",
                    "an earlier decision has settled it",
                ))
            };
            settled.push(match (judged, decision.same_as) {
                (Ok(()), Some(to)) => {
                    merges.insert(decision.own, to);
                    done(SettleOutcome::Merged, to)
                }
                (Ok(()), None) => done(SettleOutcome::KeptApart, decision.own),
                (Err(error), _) => Settled {
                    outcome: SettleOutcome::Rejected,
                    id: None,
                    errors: vec![error],
                },
            });
        }
        let over: Vec<_> = settled
            .iter()
            .zip(&open.asked)
            .filter(|(settled, _)| settled.outcome != SettleOutcome::Rejected)
            .map(|(_, own)| *own)
            .collect();
        store::settle_pairs(&tx, owner, over, origin.at).await?;
        let mut merging = Merging {
            registry: self,
            tx: &tx,
            at: origin.at,
            today: self.clock.today(),
            changes: Vec::new(),
        };
        if !merges.is_empty() {
            merging.organisations(&merges).await?;
            store::move_pairs(&tx, &merges, origin.at).await?;
        }
        let changes = merging.changes;
        self.commit(tx, &origin, changes).await?;
        Ok(settled)
    }
}

/// Whose reviews an actor looks at; none: all.
fn reviewer(actor: &Actor) -> Result<Option<ClusterId>> {
    permit(actor, Permission::Sync)?;
    match actor.principal() {
        Principal::Cluster(id) => Ok(Some(id)),
        Principal::Operator => Ok(None),
        Principal::Agency(_) | Principal::Anonymous => Err(Error::Forbidden(
            "only clusters and the registry's operator look at matches".to_owned(),
        )),
    }
}

fn candidate(pair: match_pair::Model) -> Candidate {
    Candidate {
        record: pair.other_id,
        score: pair.score,
        reasons: pair.reasons.0,
    }
}

/// What is known of the reviews that decisions name.
struct Open {
    asked: Vec<Uuid>,
    owner: Option<ClusterId>,
    pairs: HashMap<Uuid, Vec<match_pair::Model>>,
    /// The organisations that the actor may see.
    seen: HashSet<Uuid>,
    rows: HashMap<Uuid, organisation::Model>,
    /// Those that run a cluster.
    running: HashSet<Uuid>,
    /// Those that are agencies.
    agencies: HashSet<Uuid>,
    /// The places in partnerships that clusters have accepted for them.
    accepted: HashMap<Uuid, HashSet<(PartnershipId, Option<NaiveDate>)>>,
}

impl Open {
    async fn of(
        tx: &DatabaseTransaction,
        actor: &Actor,
        owner: Option<ClusterId>,
        decisions: &[Decision],
    ) -> Result<Self> {
        let asked: Vec<_> = decisions.iter().map(|decision| decision.own).collect();
        let pairs = store::open_pairs(tx, owner, asked.clone()).await?;
        let named = decisions
            .iter()
            .flat_map(|one| [Some(one.own), one.same_as]);
        let named: Vec<Uuid> = named.flatten().collect();
        let rows = store::lock::<organisation::Entity>(tx, named.clone()).await?;
        let kind = RecordType::Organisation;
        let seen = store::existing(tx, actor.scope(), kind, named.clone()).await?;
        let all = crate::auth::Scope::All;
        let running = store::clusters_of(tx, &all, named.clone(), &Columns::of([])).await?;
        let mut accepted: HashMap<_, HashSet<_>> = HashMap::new();
        for (organisation, place) in store::accepted_of(tx, named.clone()).await? {
            accepted.entry(organisation).or_default().insert(place);
        }
        Ok(Self {
            asked,
            owner,
            pairs,
            seen: seen.into_iter().collect(),
            rows,
            running: running.into_keys().collect(),
            agencies: store::agencies_among(tx, named)
                .await?
                .into_iter()
                .collect(),
            accepted,
        })
    }

    /// Whether an organisation and one that it becomes part of, or that becomes part of it here, have
    /// accepted places where there can be one only.
    fn accepts_twice(&self, own: Uuid, to: Uuid, merges: &Merges) -> bool {
        let Some(own) = self.accepted.get(&own) else {
            return false;
        };
        let joins = merges.iter().filter(|(_, known)| **known == to);
        let mut others = joins
            .map(|(other, _)| *other)
            .chain([to])
            .filter_map(|other| self.accepted.get(&other));
        others.any(|other| !other.is_disjoint(own))
    }

    /// Whether a decision can be carried out.
    fn judge(&self, decision: Decision, merges: &Merges) -> Result<(), UserError> {
        let Decision { own, same_as } = decision;
        let Some(pairs) = self.pairs.get(&own).filter(|_| self.seen.contains(&own)) else {
            return Err(error(
                NotFound,
                "review",
                "there is no open review with that id",
            ));
        };
        let Some(to) = same_as else { return Ok(()) };
        let is_candidate = pairs.iter().any(|pair| pair.other_id == to);
        if !is_candidate || !self.seen.contains(&to) {
            let message = "that is none of the review's candidates";
            return Err(error(NotFound, "sameAs", message));
        }
        let is_chained = merges.contains_key(&to) || merges.values().any(|known| *known == own);
        if is_chained {
            let message = "another decision here is about the same record: settle it by itself";
            return Err(error(InvalidState, "sameAs", message));
        }
        let steward = self.rows.get(&own).map(|row| row.envelope().steward_id);
        if self.owner.is_some() && steward != Some(self.owner) {
            let message = "another cluster answers for the record now: only it or the operator can \
                           say that it is the same as another";
            return Err(error(Forbidden, "review", message));
        }
        if self.running.contains(&own) && (self.owner.is_some() || self.running.contains(&to)) {
            let message = "the organisation runs a cluster: only the operator can say that it is the \
                           same as another, which runs none";
            return Err(error(InvalidState, "review", message));
        }
        if self.accepts_twice(own, to, merges) {
            let message = "clusters have accepted a place in the same partnership for both: one of \
                           them leaves it (`leavePartnership`) first";
            return Err(error(InvalidState, "sameAs", message));
        }
        if self.agencies.contains(&own) {
            let message =
                "the organisation is an agency of this registry: what it was granted is its own";
            return Err(error(InvalidState, "review", message));
        }
        Ok(())
    }
}

fn done(outcome: SettleOutcome, id: Uuid) -> Settled {
    Settled {
        outcome,
        id: Some(id),
        errors: Vec::new(),
    }
}

fn error(code: InputErrorCode, path: &str, message: &str) -> UserError {
    UserError {
        code,
        path: path.to_owned(),
        message: message.to_owned(),
    }
}
