//! The order in which the rows of a push are written: in few sets, and as if one after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entities::organisation;
use entities::record::RecordType;

use super::Pushing;
use super::row::Says;
use super::set::Line;
use crate::registry::claim::fields_of;
use crate::registry::identifier::identify;
use crate::registry::matching::{Signs, recognised_by, with_equivalents};
use crate::registry::reference::Named;
use crate::registry::{Reference, Result, Shared};
use crate::store::{self, IdentifierPair};

/// Something that rows write and read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Thing {
    /// A record as the source knows it.
    Record(RecordType, String),
    /// Who holds an identifier.
    Identifier(IdentifierPair),
    /// Who has a sign.
    Sign(String),
}

/// What a row writes and reads.
#[derive(Default)]
struct Touched {
    writes: BTreeSet<Thing>,
    reads: BTreeSet<Thing>,
}

/// What records are recognised by, as rows know them.
type Recognised = HashMap<Thing, BTreeSet<Thing>>;

impl Pushing<'_> {
    /// The rows in sets that can be written one after the other.
    pub(super) async fn in_sets(&self, lines: Vec<Line>) -> Result<Vec<Vec<Line>>> {
        let recognised = self.withdrawn(&lines).await?;
        Ok(sets(lines, recognised))
    }

    /// The organisations that rows take back: such a row does not say by what they are recognised.
    async fn withdrawn(&self, lines: &[Line]) -> Result<Recognised> {
        let kind = RecordType::Organisation;
        let is_withdrawn = |line: &&Line| matches!(line.says, Says::Withdraw(of) if of == kind);
        let withdrawn = lines.iter().filter(is_withdrawn);
        let ids = withdrawn.filter_map(|line| line.external_id.clone());
        let claims = store::claims_of(self.tx, self.source.id, kind, ids.collect()).await?;
        let records = claims.values().map(|claim| claim.record_id);
        let known = recognised_by(self.tx, records.collect()).await?;
        let recognised = claims.into_iter().filter_map(|(id, claim)| {
            let signs = known.get(&claim.record_id)?;
            Some((Thing::Record(kind, id), things(signs).collect()))
        });
        Ok(recognised.collect())
    }
}

/// Sets of rows of one type. A row comes after those before it that write what it reads or writes, and
/// after those that read what it writes; so each finds what it would have found alone.
fn sets(lines: Vec<Line>, mut recognised: Recognised) -> Vec<Vec<Line>> {
    let mut written: HashMap<Thing, usize> = HashMap::new();
    let mut read: HashMap<Thing, usize> = HashMap::new();
    let mut sets: BTreeMap<(usize, u8), Vec<Line>> = BTreeMap::new();
    for mut line in lines {
        let Touched { mut writes, reads } = touched(&mut line);
        let own = line.external_id.clone().unwrap_or_default();
        let own = Thing::Record(line.says.record_type(), own);
        // What it was recognised by before, it may be no more.
        let known = recognised.entry(own.clone()).or_default();
        known.append(&mut writes);
        writes.clone_from(known);
        writes.insert(own);
        let mut round = 0;
        for thing in &writes {
            round = round.max(written.get(thing).map_or(0, |at| at + 1));
            round = round.max(read.get(thing).map_or(0, |at| at + 1));
        }
        for thing in &reads {
            round = round.max(written.get(thing).map_or(0, |at| at + 1));
        }
        for thing in writes {
            written.insert(thing, round);
        }
        for thing in reads {
            let last = read.entry(thing).or_default();
            *last = round.max(*last);
        }
        let kind = line.says.record_type();
        sets.entry((round, rank(kind))).or_default().push(line);
    }
    sets.into_values().collect()
}

/// Whether the sets lock rows in another order than all do: type by type, each once. Then another push
/// may hold what this one waits for, and wait for what it holds.
pub(super) fn may_meet_others_in_a_circle(sets: &[Vec<Line>]) -> bool {
    let kinds = sets.iter().filter_map(|set| set.first());
    let kinds: Vec<_> = kinds.map(|line| rank(line.says.record_type())).collect();
    !kinds.is_sorted_by(|one, next| one < next)
}

/// The order of the types in which rows are locked: what is referred to before what refers to it.
pub(super) fn rank(kind: RecordType) -> u8 {
    match kind {
        RecordType::Organisation => 0,
        RecordType::Cluster => 1,
        RecordType::Project => 2,
        RecordType::Membership => 3,
        RecordType::PartnershipMember => 4,
        RecordType::Participation => 5,
        RecordType::Partnership => 6,
    }
}

fn touched(line: &mut Line) -> Touched {
    let mut touched = Touched::default();
    match &mut line.says {
        Says::Organisation(said) => {
            let strong = organisation::Entity::strong_identifiers(&said.data);
            let said = fields_of::<organisation::Entity>(&said.data);
            touched.writes.extend(things(&Signs::said(&said, strong)));
        }
        Says::Project(said) => read::<entities::project::Entity>(&mut touched, &mut said.data),
        Says::Membership(said) => {
            read::<entities::membership::Entity>(&mut touched, &mut said.data);
        }
        Says::PartnershipMember(said) => {
            read::<entities::partnership_member::Entity>(&mut touched, &mut said.data);
        }
        Says::Participation(said) => {
            read::<entities::participation::Entity>(&mut touched, &mut said.data);
        }
        Says::Withdraw(_) => {}
    }
    touched
}

/// What an organisation is recognised by.
fn things(signs: &Signs) -> impl Iterator<Item = Thing> {
    let pairs = with_equivalents(signs.strong.iter().cloned()).into_iter();
    let signs = signs.index().into_iter().map(Thing::Sign);
    pairs.map(Thing::Identifier).chain(signs)
}

fn read<E: Shared>(touched: &mut Touched, patch: &mut E::Patch) {
    let named = E::references(patch).into_iter();
    touched.reads.extend(named.filter_map(thing));
}

fn thing((_, kind, reference): Named<'_>) -> Option<Thing> {
    match reference {
        Reference::External(id) => Some(Thing::Record(kind, id.clone())),
        Reference::Identifier(scheme, value) => {
            let value = identify(*scheme, value, None).value;
            Some(Thing::Identifier((*scheme, value)))
        }
        Reference::Id(_) => None,
    }
}
