//! The harness of the suite: a database for each test, and an app over it.
//!
//! A test is written once, as an async function over a [`TestApp`] or a [`TestDatabase`], and named
//! in a list: [`on_both!`] makes two tests of it, `…::sqlite` and `…::postgres`. A function that is
//! in no list is dead code, which the compiler reports. Nothing here knows a rule of the registry.

mod app;
mod data;
mod database;
mod ledger;
mod longer;
mod not_run;
mod postgres;
mod server;
mod socket;
mod statements;

use std::future::Future;

pub use app::{TestApp, archive, change, create, restore, start_of_time};
pub use data::public_data;
pub use database::{Backend, TestDatabase};
pub use ledger::assert_ledger;
pub use longer::as_long_as;
pub use not_run::not_run;
pub use server::{Answer, Caller, TestServer};
pub use socket::Socket;
pub use statements::Statements;

/// What a test function takes: made over a database of the test's own.
pub trait Subject: Sized + Send {
    /// Makes it over a migrated and otherwise empty database.
    fn over(database: TestDatabase) -> impl Future<Output = Self> + Send;
}

/// Runs a test over a database of its own, which is removed when the test has passed. Where there is
/// no `PostgreSQL`, its half of the suite passes without being run, and says so.
///
/// # Panics
/// When the test does, or when the machine has no threads or space left.
#[expect(clippy::expect_used, reason = "a test that cannot begin has failed")]
pub fn run<S: Subject, F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(S) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        if let Some(database) = TestDatabase::fresh(backend).await {
            test(S::over(database.clone()).await).await;
            database.remove().await;
        }
    });
}

/// Makes two tests of each function, one on each database.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                $crate::run($crate::Backend::Sqlite, super::$name);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Backend::Postgres, super::$name);
            }
        }
    )+};
}

/// Makes a test of each function, for what only `SQLite` has.
#[macro_export]
macro_rules! on_sqlite {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                $crate::run($crate::Backend::Sqlite, super::$name);
            }
        }
    )+};
}

/// Makes a test of each function, for what only `PostgreSQL` has.
#[macro_export]
macro_rules! on_postgres {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn postgres() {
                $crate::run($crate::Backend::Postgres, super::$name);
            }
        }
    )+};
}
