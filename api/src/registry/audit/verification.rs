//! Whether both logs are what was sealed, and if not, which entry is the first that is not.

use std::collections::{HashMap, VecDeque};

use entities::audit_entry::AuditLog;

use super::{Link, Seal};
use crate::auth::Actor;
use crate::registry::access::operator_only;
use crate::registry::{Registry, Result};
use crate::store::{self, Sealable};

/// How many seals are read at a time.
const AT_ONCE: u64 = 500;

const LOGS: [AuditLog; 2] = [AuditLog::Change, AuditLog::Event];

/// The logs are what was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intact {
    /// The last seal; its number is how many entries are sealed.
    pub seal: Seal,
    /// How many entries came after it.
    pub unsealed: i64,
}

/// The first link that is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry says something else than what was sealed.
    #[error("{0} was changed, or its seal was")]
    Changed(Link),
    /// An entry is gone.
    #[error("{0} was removed")]
    Removed(Link),
    /// An entry was put in between, before the first or after the last.
    #[error("{0} was inserted")]
    Inserted(Link),
    /// A seal is gone.
    #[error("seal {0} was removed")]
    SealRemoved(i64),
    /// The chain is whole, and not the one that was expected.
    #[error("seal {0} is another one than expected: the logs were rewritten up to there or before")]
    Other(i64),
    /// The chain is whole, and shorter than expected.
    #[error("the chain ends at seal {ends}, before seal {expected}: what came between was removed")]
    TooShort {
        /// Where it ends.
        ends: i64,
        /// Where the expected seal stood.
        expected: i64,
    },
}

impl Registry {
    /// Follows the chain from its beginning, and looks whether what is not sealed yet has holes;
    /// `expected` is a seal that was kept elsewhere.
    ///
    /// # Errors
    /// When the actor is not the operator, or the database fails.
    pub async fn verify_audit(
        &self,
        actor: &Actor,
        expected: Option<&Seal>,
    ) -> Result<std::result::Result<Intact, Broken>> {
        operator_only(actor)?;
        let db = &self.db.read;
        for log in LOGS {
            if let Some(seq) = store::before_the_first(db, log).await? {
                return Ok(Err(Broken::Inserted(Link { log, seq })));
            }
        }
        // What was given out by now is there already when it is looked for.
        let mut given_out = HashMap::new();
        for log in LOGS {
            given_out.insert(log, store::given_out(db, log).await?);
        }
        let mut chain = Chain::new(expected);
        loop {
            let seals = store::seals_after(db, chain.seal.number, AT_ONCE).await?;
            if seals.is_empty() {
                break;
            }
            let mut entries = HashMap::new();
            for log in LOGS {
                let count = seals.iter().filter(|seal| seal.log == log).count();
                let count = u64::try_from(count).unwrap_or(AT_ONCE);
                let rows = store::sealable(db, log, chain.last(log), count).await?;
                entries.insert(log, VecDeque::from(rows));
            }
            for seal in seals {
                let link = Link {
                    log: seal.log,
                    seq: seal.seq,
                };
                let entry = entries.get_mut(&seal.log).and_then(VecDeque::pop_front);
                if let Err(broken) = chain.follow(&seal.into(), link, entry) {
                    return Ok(Err(broken));
                }
            }
        }
        if let Err(broken) = chain.ends() {
            return Ok(Err(broken));
        }
        let mut unsealed = 0_i64;
        for log in LOGS {
            let given_out = given_out.get(&log).copied().unwrap_or(0);
            match self.unsealed(log, chain.last(log), given_out).await? {
                Ok(count) => unsealed = unsealed.saturating_add(count),
                Err(broken) => return Ok(Err(broken)),
            }
        }
        let Chain { seal, .. } = chain;
        Ok(Ok(Intact { seal, unsealed }))
    }

    /// Looks through the entries of a log that have no seal yet: one for each position that was given
    /// out, and no other.
    async fn unsealed(
        &self,
        log: AuditLog,
        sealed: i64,
        given_out: i64,
    ) -> Result<std::result::Result<i64, Broken>> {
        let db = &self.db.read;
        let mut last = sealed;
        loop {
            let rows = store::sealable(db, log, last, AT_ONCE).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let next = last.saturating_add(1);
                if row.seq != next {
                    return Ok(Err(Broken::Removed(Link { log, seq: next })));
                }
                last = next;
            }
        }
        if last < given_out {
            let seq = last.saturating_add(1);
            return Ok(Err(Broken::Removed(Link { log, seq })));
        }
        // Others may have come meanwhile, but not more than were given out.
        let given_out = store::given_out(db, log).await?;
        if last > given_out {
            let seq = given_out.saturating_add(1);
            return Ok(Err(Broken::Inserted(Link { log, seq })));
        }
        Ok(Ok(last.saturating_sub(sealed)))
    }
}

/// The chain as far as it was followed.
struct Chain<'a> {
    seal: Seal,
    last: HashMap<AuditLog, i64>,
    expected: Option<&'a Seal>,
}

impl<'a> Chain<'a> {
    fn new(expected: Option<&'a Seal>) -> Self {
        Self {
            seal: Seal::first(),
            last: HashMap::new(),
            expected,
        }
    }

    /// The last position of a log that was sealed.
    fn last(&self, log: AuditLog) -> i64 {
        self.last.get(&log).copied().unwrap_or(0)
    }

    /// Goes on by one seal, which says that it is that of `link`, the next entry of its log.
    fn follow(&mut self, seal: &Seal, link: Link, entry: Option<Sealable>) -> Result<(), Broken> {
        let next = self.seal.number.saturating_add(1);
        if seal.number != next {
            return Err(Broken::SealRemoved(next));
        }
        let seq = self.last(link.log).saturating_add(1);
        let due = Link { seq, ..link };
        if link != due {
            return Err(Broken::Changed(due));
        }
        let Some(entry) = entry.filter(|entry| entry.seq == due.seq) else {
            return Err(Broken::Removed(due));
        };
        let expected = self.seal.of(&entry);
        if expected != *seal {
            return Err(Broken::Changed(due));
        }
        if self
            .expected
            .is_some_and(|kept| kept.number == next && kept != seal)
        {
            return Err(Broken::Other(next));
        }
        self.seal = expected;
        self.last.insert(link.log, seq);
        Ok(())
    }

    /// Whether it is as long as it was once.
    fn ends(&self) -> Result<(), Broken> {
        let ends = self.seal.number;
        match self.expected {
            Some(Seal { number: 0, hash }) if *hash != Seal::first().hash => Err(Broken::Other(0)),
            Some(Seal { number, .. }) if *number > ends => Err(Broken::TooShort {
                ends,
                expected: *number,
            }),
            _ => Ok(()),
        }
    }
}
