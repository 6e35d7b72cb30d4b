//! Whatever writers do, a copy that is kept by `changes` alone equals what its reader may see,
//! whenever there is no more; and nobody is told of a record that was never there for it.
//!
//! `REGISTRY_TEST_STEPS` says how much the writers do, for a longer run.

use tests::{TestApp, as_long_as, assert_ledger, on_both};

use super::world::World;

on_both!(a_copy_equals_what_its_reader_may_see);

/// What writers do, when nothing is said.
const STEPS: usize = 220;
/// How many records are compared at least.
const COMPARISONS: usize = 10_000;

async fn a_copy_equals_what_its_reader_may_see(app: TestApp) {
    let mut world = World::new(app).await;
    let mut compared = 0;
    for _ in 0..as_long_as("REGISTRY_TEST_STEPS", STEPS) {
        world.step().await;
        world.look().await;
        for n in 0..world.readers.len() {
            // Some read often and little, some seldom and much, and all stop in the middle.
            if world.any(3) == 0 {
                continue;
            }
            let limit = [1, 2, 3, 7, 20, 1000][world.any(6)];
            let registry = world.app.registry.clone();
            let reader = &mut world.readers[n];
            if !reader.read(&registry, limit).await.has_more {
                compared += reader.compare(&registry).await;
            }
        }
        world.check_secrets();
    }
    let registry = world.app.registry.clone();
    for reader in &mut world.readers {
        reader.catch_up(&registry).await;
        compared += reader.compare(&registry).await;
    }
    world.check_secrets();
    assert!(compared >= COMPARISONS, "{compared} comparisons");
    let gone: usize = world.readers.iter().map(|it| it.told_gone.len()).sum();
    let rebases: usize = world.readers.iter().map(|it| it.rebases).sum();
    assert!(gone > 20 && rebases > 10, "{gone} gone, {rebases} rebases");
    assert_ledger(&world.app.database).await;
}
