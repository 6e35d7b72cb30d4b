//! The order in which the rows of a push are written: in few sets, and as if one after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entities::organisation;
use entities::record::RecordType;

use super::row::Says;
use super::set::Line;
use crate::registry::claim::fields_of;
use crate::registry::identifier::identify;
use crate::registry::matching::{Signs, with_equivalents};
use crate::registry::reference::Named;
use crate::registry::{Reference, Shared};
use crate::store::IdentifierPair;

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

/// Sets of rows of one type. A row comes after those before it that write what it reads or writes, and
/// after those that read what it writes; so each finds what it would have found alone.
pub(super) fn sets(lines: Vec<Line>) -> Vec<Vec<Line>> {
    let mut written: HashMap<Thing, usize> = HashMap::new();
    let mut read: HashMap<Thing, usize> = HashMap::new();
    let mut sets: BTreeMap<(usize, u8), Vec<Line>> = BTreeMap::new();
    for mut line in lines {
        let Touched { writes, reads } = touched(&mut line);
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
    let kind = line.says.record_type();
    let own = line.external_id.clone().unwrap_or_default();
    touched.writes.insert(Thing::Record(kind, own));
    match &mut line.says {
        Says::Organisation(said) => {
            let strong = organisation::Entity::strong_identifiers(&said.data);
            let signs = Signs::said(&fields_of::<organisation::Entity>(&said.data), Vec::new());
            let pairs = with_equivalents(strong);
            touched
                .writes
                .extend(pairs.into_iter().map(Thing::Identifier));
            touched.writes.extend(signs.name_sign().map(Thing::Sign));
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
