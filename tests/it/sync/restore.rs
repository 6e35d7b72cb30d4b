//! A database that is restored from a backup: those who have read beyond it begin anew, those who
//! have not go on.

use partner_registry::registry::Rebase;
use tests::{TestApp, TestDatabase, change, on_both};

use super::copy::Reader;
use super::world::World;
use crate::given;
use crate::sight::public;

on_both! {
    after_a_restore_every_copy_is_right_again,
    who_has_read_before_the_backup_goes_on_and_who_has_read_after_it_begins_anew,
    a_page_that_was_read_after_the_backup_does_not_count_however_old_its_changes_are,
    processes_that_write_nothing_leave_cursors_as_they_are,
}

async fn after_a_restore_every_copy_is_right_again(app: TestApp) {
    let mut world = World::new(app).await;
    let mut backups = Vec::new();
    for _ in 0..2 {
        for _ in 0..25 {
            world.step().await;
            let n = world.any(world.readers.len());
            let registry = world.app.registry.clone();
            world.readers[n].read(&registry, 10).await;
        }
        // Whoever reads meanwhile reads what will be lost.
        let backup = world.backup().await;
        for _ in 0..25 {
            world.step().await;
            let n = world.any(world.readers.len());
            let registry = world.app.registry.clone();
            world.readers[n].read(&registry, 10).await;
        }
        world.open(backup.clone()).await;
        backups.push(backup);
        for _ in 0..10 {
            world.step().await;
        }
        let registry = world.app.registry.clone();
        for reader in &mut world.readers {
            reader.catch_up(&registry).await;
            reader.compare(&registry).await;
        }
    }
    end(world, backups).await;
}

/// Removes what was copied.
async fn end(world: World, backups: Vec<TestDatabase>) {
    world.app.registry.close().await.expect("it closes");
    for backup in backups {
        backup.remove().await;
    }
}

async fn who_has_read_before_the_backup_goes_on_and_who_has_read_after_it_begins_anew(
    app: TestApp,
) {
    let mut world = World::new(app).await;
    let actor = &world.app.actor;
    let mut early = Reader::new("early", actor.clone());
    let mut late = Reader::new("late", actor.clone());
    early.catch_up(&world.app.registry).await;
    let backup = world.backup().await;
    let row = public(given::organisation("Lost"));
    world.app.put(row).await;
    late.catch_up(&world.app.registry).await;
    world.open(backup.clone()).await;
    // As many positions as were lost, and more.
    for n in 0..30 {
        let row = given::organisation(&format!("New {n}"));
        world.app.put(public(row)).await;
    }
    let registry = &world.app.registry;
    let page = early.read(registry, 1000).await;
    assert_eq!((page.rebase, page.changes.len()), (None, 30));
    early.compare(registry).await;
    let page = late.read(registry, 1000).await;
    assert_eq!(page.rebase, Some(Rebase::TimelineChanged));
    late.compare(registry).await;
    end(world, vec![backup]).await;
}

async fn a_page_that_was_read_after_the_backup_does_not_count_however_old_its_changes_are(
    app: TestApp,
) {
    let mut world = World::new(app).await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let row = public(given::organisation(&format!("Old {n}")));
        ids.push(world.app.put(row).await.id);
    }
    let mut all = Reader::new("all", world.app.actor.clone());
    all.catch_up(&world.app.registry).await;
    let backup = world.backup().await;
    // The first one moves to the end, so that a page of all the others passes its place.
    let row = change(ids[0], given::organisation("Moved"));
    world.app.put(row).await;
    let mut half = Reader::new("half", world.app.actor.clone());
    let limit = u64::try_from(all.copy.len() - 1).unwrap();
    let page = half.read(&world.app.registry, limit).await;
    let last = page.changes.last().map(|change| change.id);
    assert_eq!((last, page.has_more), (Some(ids[2].into()), true));

    world.open(backup.clone()).await;
    // In the backup the first one has its place before the cursor, and was not on the page.
    let page = half.read(&world.app.registry, 1000).await;
    assert_eq!(page.rebase, Some(Rebase::TimelineChanged));
    half.compare(&world.app.registry).await;
    end(world, vec![backup]).await;
}

async fn processes_that_write_nothing_leave_cursors_as_they_are(app: TestApp) {
    let mut world = World::new(app).await;
    let mut reader = Reader::new("reader", world.app.actor.clone());
    let mut halfway = reader.clone();
    for n in 0..5 {
        for _ in 0..2 {
            world.start_anew().await;
            let registry = &world.app.registry;
            reader.catch_up(registry).await;
            halfway.read(registry, 1).await;
        }
        let row = given::organisation(&format!("Between {n}"));
        world.app.put(public(row)).await;
    }
    assert_eq!((reader.rebases, halfway.rebases), (0, 0));
    reader.catch_up(&world.app.registry).await;
    halfway.catch_up(&world.app.registry).await;
    reader.compare(&world.app.registry).await;
    halfway.compare(&world.app.registry).await;
}
