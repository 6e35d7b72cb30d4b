//! The documents that clients were promised: each runs as it is written, with the meaning that its
//! comment states. Some organisations and projects are those of CORDIS; the others, who belongs to
//! what, and most amounts are made for the tests.

mod members;
mod partnerships;
mod projects;
mod reference;
mod search;
pub(crate) mod sync;
mod whole;
