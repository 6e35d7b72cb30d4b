//! Who could see a record when: its parties, and each sight of it that has ended. A reader hears that
//! a record has gone only if it could see it once, so both are kept for ever.

use std::collections::BTreeMap;

use entities::id::{ClusterId, PartnershipId};
use entities::record::{Envelope, Visibility};
use entities::record_party::{self, PartyRole};
use entities::{change_head, past_sight};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter,
};
use uuid::Uuid;

use super::{Change, Position};
use crate::store;

/// Who may see a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Its steward.
    pub steward_id: Option<ClusterId>,
    /// How widely it may be seen.
    pub audience: Visibility,
    /// The partnerships through which partners see it, sorted; none: all that its steward shares.
    pub partnerships: Vec<PartnershipId>,
    /// Whether it is archived, and so seen by nobody.
    pub archived: bool,
}

impl From<Envelope> for Sight {
    fn from(envelope: Envelope) -> Self {
        Self {
            steward_id: envelope.steward_id,
            audience: envelope.visibility,
            partnerships: envelope.partnership_ids.0,
            archived: envelope.archived_at.is_some(),
        }
    }
}

/// A cluster's claim on a record that begins or ends with a change of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The cluster.
    pub cluster_id: ClusterId,
    /// Whether it begins; else it ends.
    pub begins: bool,
}

/// What changes tell of parties and of sights that end.
#[derive(Default)]
pub(super) struct Ends {
    past: Vec<past_sight::ActiveModel>,
    begun: Vec<record_party::ActiveModel>,
    ended: BTreeMap<(PartyRole, ClusterId), Vec<Uuid>>,
}

impl Ends {
    /// Takes up what a change at a position tells.
    pub(super) fn add(&mut self, change: &Change, seq: Position) {
        let Change {
            record_id,
            before,
            sight,
            claims,
            ..
        } = change;
        if let Some(before) = before.as_ref().filter(|it| !it.archived && *it != sight) {
            self.past.extend(past(*record_id, before, seq));
        }
        let stewards = (
            before.as_ref().and_then(|before| before.steward_id),
            sight.steward_id,
        );
        let mut parties: Vec<_> = claims
            .iter()
            .map(|claim| (PartyRole::Claimant, claim.cluster_id, claim.begins))
            .collect();
        if stewards.0 != stewards.1 {
            parties.extend(stewards.0.map(|id| (PartyRole::Steward, id, false)));
            parties.extend(stewards.1.map(|id| (PartyRole::Steward, id, true)));
        }
        for (role, cluster_id, begins) in parties {
            if begins {
                self.begun.push(record_party::ActiveModel {
                    record_id: Set(*record_id),
                    cluster_id: Set(cluster_id),
                    role: Set(role),
                    since: Set(seq),
                    until: Set(None),
                });
            } else if !self.end_begun(*record_id, role, cluster_id, seq) {
                let ended = self.ended.entry((role, cluster_id)).or_default();
                ended.push(*record_id);
            }
        }
    }

    /// Ends what began in the same transaction.
    fn end_begun(
        &mut self,
        record: Uuid,
        role: PartyRole,
        cluster: ClusterId,
        seq: Position,
    ) -> bool {
        let begun = self.begun.iter_mut().rev().find(|row| {
            row.record_id == Set(record)
                && row.role == Set(role)
                && row.cluster_id == Set(cluster)
                && row.until == Set(None)
        });
        let found = begun.is_some();
        if let Some(row) = begun {
            row.until = Set(Some(seq));
        }
        found
    }

    /// Writes it, when the heads are written.
    pub(super) async fn save(self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        for ((role, cluster), records) in self.ended {
            end(tx, role, cluster, records).await?;
        }
        store::insert::<record_party::Entity>(tx, self.begun, None).await?;
        store::insert::<past_sight::Entity>(tx, self.past, None).await
    }
}

/// A sight that has ended: a row for each partnership that the record named.
fn past(record: Uuid, sight: &Sight, seq: Position) -> Vec<past_sight::ActiveModel> {
    let row = |n, partnership_id| past_sight::ActiveModel {
        seq: Set(seq),
        n: Set(n),
        record_id: Set(record),
        audience: Set(sight.audience),
        steward_id: Set(sight.steward_id),
        partnership_id: Set(partnership_id),
    };
    if sight.partnerships.is_empty() {
        return vec![row(0, None)];
    }
    let named = sight.partnerships.iter().copied();
    (0..).zip(named).map(|(n, id)| row(n, Some(id))).collect()
}

/// Ends what a cluster is to records, at the positions of their changes.
async fn end(
    tx: &impl ConnectionTrait,
    role: PartyRole,
    cluster: ClusterId,
    records: Vec<Uuid>,
) -> Result<(), DbErr> {
    use record_party::Column::{ClusterId, RecordId, Role, Until};
    let position = Query::select()
        .column((change_head::Entity, change_head::Column::Seq))
        .from(change_head::Entity)
        .and_where(
            Expr::col((change_head::Entity, change_head::Column::RecordId))
                .equals((record_party::Entity, RecordId)),
        )
        .to_owned();
    let position = SimpleExpr::SubQuery(None, Box::new(position.into()));
    record_party::Entity::update_many()
        .col_expr(Until, position)
        .filter(store::one_of(RecordId.into_expr(), records))
        .filter(ClusterId.eq(cluster))
        .filter(Role.eq(role))
        .filter(Until.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
