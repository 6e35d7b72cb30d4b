//! Reading in sets: what many resolvers ask for at once is one read. The engine's own loader makes a
//! channel and a map for each key, which costs more than to read a row; here all who wait share
//! their round (`cargo bench -p tests --bench figures` prints what requests take). Must keep nothing
//! beyond a round, so that what is read after a change is what was changed.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_graphql::dataloader::Loader;
use futures_util::FutureExt;

/// What a loader can be asked for.
pub(crate) trait Key: Clone + Eq + Hash + Send + Sync + 'static {}

impl<K: Clone + Eq + Hash + Send + Sync + 'static> Key for K {}

/// A loader, asked in rounds.
pub(crate) struct Batched<L> {
    loader: Arc<L>,
    /// The last round for each type of key.
    rounds: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// Those who ask together.
struct Round<L: Loader<K>, K: Key>(Mutex<State<L, K>>);

struct State<L: Loader<K>, K: Key> {
    step: Step<L, K>,
    waiting: Vec<Waker>,
}

enum Step<L: Loader<K>, K: Key> {
    /// It takes keys.
    Open(HashSet<K>),
    /// Its keys are being read.
    Reading,
    /// They were read.
    Read(Result<HashMap<K, L::Value>, L::Error>),
    /// Reading them broke off.
    Lost,
}

impl<L: Send + Sync + 'static> Batched<L> {
    /// A loader that nothing was asked yet.
    pub(crate) fn new(loader: L) -> Self {
        Self {
            loader: Arc::new(loader),
            rounds: Mutex::default(),
        }
    }

    /// What there is for a key.
    ///
    /// # Errors
    /// Those of the loader, for all in the round.
    pub(crate) async fn load_one<K: Key>(&self, key: K) -> Result<Option<L::Value>, L::Error>
    where
        L: Loader<K>,
    {
        let round = self.join(std::slice::from_ref(&key));
        round.answer(|read| read.get(&key).cloned()).await
    }

    /// What there is for each of some keys.
    ///
    /// # Errors
    /// Those of the loader, for all in the round.
    pub(crate) async fn load_many<K: Key>(
        &self,
        keys: &[K],
    ) -> Result<HashMap<K, L::Value>, L::Error>
    where
        L: Loader<K>,
    {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let found =
            |key: &K, read: &HashMap<K, L::Value>| Some((key.clone(), read.get(key)?.clone()));
        let round = self.join(keys);
        round
            .answer(|read| keys.iter().filter_map(|key| found(key, read)).collect())
            .await
    }

    /// Puts keys into the open round. A new one is read as soon as the task that asks has to wait.
    fn join<K: Key>(&self, keys: &[K]) -> Arc<Round<L, K>>
    where
        L: Loader<K>,
    {
        let mut rounds = locked(&self.rounds);
        let last = rounds.get(&TypeId::of::<K>()).cloned();
        let last = last.and_then(|round| round.downcast::<Round<L, K>>().ok());
        if let Some(round) = last.filter(|round| round.takes(keys)) {
            return round;
        }
        let round = Arc::new(Round::<L, K>::of(keys));
        rounds.insert(TypeId::of::<K>(), Arc::<Round<L, K>>::clone(&round));
        tokio::spawn(read(Arc::clone(&self.loader), Arc::clone(&round)));
        round
    }
}

impl<L: Loader<K>, K: Key> Round<L, K> {
    fn of(keys: &[K]) -> Self {
        Self(Mutex::new(State {
            step: Step::Open(keys.iter().cloned().collect()),
            waiting: Vec::new(),
        }))
    }

    /// Whether the round is still open, and so has taken the keys.
    fn takes(&self, keys: &[K]) -> bool {
        let Step::Open(taken) = &mut locked(&self.0).step else {
            return false;
        };
        taken.extend(keys.iter().cloned());
        true
    }

    /// Waits for the round, and takes out of it what was asked for.
    async fn answer<T>(
        &self,
        take: impl Fn(&HashMap<K, L::Value>) -> T + Unpin,
    ) -> Result<T, L::Error> {
        poll_fn(|task: &mut Context<'_>| {
            let mut state = locked(&self.0);
            match &state.step {
                Step::Read(read) => Poll::Ready(read.as_ref().map(&take).map_err(Clone::clone)),
                // Whoever asks shares the panic that broke it off.
                Step::Lost => panic!("reading for several resolvers broke off"),
                Step::Open(_) | Step::Reading => {
                    let waker = task.waker();
                    // Most who wait are parts of one task.
                    if !state
                        .waiting
                        .last()
                        .is_some_and(|last| last.will_wake(waker))
                    {
                        state.waiting.push(waker.clone());
                    }
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Goes on to a step; returns what the step before it was.
    fn go_on(&self, step: Step<L, K>) -> Step<L, K> {
        let mut state = locked(&self.0);
        if !matches!(step, Step::Reading) {
            state.waiting.drain(..).for_each(Waker::wake);
        }
        std::mem::replace(&mut state.step, step)
    }
}

/// Reads the keys of a round.
async fn read<L: Loader<K>, K: Key>(loader: Arc<L>, round: Arc<Round<L, K>>) {
    let Step::Open(keys) = round.go_on(Step::Reading) else {
        return;
    };
    let keys: Vec<K> = keys.into_iter().collect();
    let reading = AssertUnwindSafe(loader.load(&keys)).catch_unwind();
    round.go_on(reading.await.map_or(Step::Lost, Step::Read));
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;

    use async_graphql::dataloader::Loader;
    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    /// Doubles numbers but 13, which it breaks at, and 0, for which there is nothing.
    #[derive(Default)]
    struct Doubles(Mutex<Vec<Vec<u32>>>);

    impl Loader<u32> for Doubles {
        type Value = u32;
        type Error = String;

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, String> {
            let mut sorted = keys.to_vec();
            sorted.sort_unstable();
            locked(&self.0).push(sorted);
            assert!(!keys.contains(&13), "thirteen");
            if keys.contains(&99) {
                return Err("ninety-nine".to_owned());
            }
            let found = keys.iter().filter(|key| **key != 0);
            Ok(found.map(|key| (*key, key * 2)).collect())
        }
    }

    #[tokio::test]
    async fn those_who_ask_together_are_one_read() {
        let batched = Batched::new(Doubles::default());
        let one = |key| batched.load_one(key);
        let found = join_all([one(1), one(2), one(1), one(0)]).await;
        assert_eq!(found, [Ok(Some(2)), Ok(Some(4)), Ok(Some(2)), Ok(None)]);
        assert_eq!(
            one(1).await,
            Ok(Some(2)),
            "read anew, for it may have changed"
        );
        let many = batched.load_many(&[3, 0]).await;
        assert_eq!(many, Ok(HashMap::from([(3, 6)])));
        assert_eq!(batched.load_many::<u32>(&[]).await, Ok(HashMap::new()));
        let reads = locked(&batched.loader.0).clone();
        assert_eq!(reads, [vec![0, 1, 2], vec![1], vec![0, 3]]);
    }

    #[tokio::test]
    async fn a_failure_is_one_for_all_who_wait() {
        let batched = Batched::new(Doubles::default());
        let failed = join_all([batched.load_one(1), batched.load_one(99)]).await;
        assert_eq!(
            failed,
            [Err("ninety-nine".to_owned()), Err("ninety-nine".to_owned())]
        );
        let broken =
            join_all([1, 13].map(|key| AssertUnwindSafe(batched.load_one(key)).catch_unwind()));
        assert!(
            broken.await.iter().all(Result::is_err),
            "nobody waits for ever"
        );
        assert_eq!(
            batched.load_one(1).await,
            Ok(Some(2)),
            "the next round is another"
        );
    }
}
