//! The documents that clients were promised: each runs as it is written, with the meaning that its
//! comment states. Organisations and their identifiers are real ones, as CORDIS has them; who belongs
//! to what, and amounts, are made for the tests.

mod members;
mod partnerships;
mod projects;
mod reference;
mod search;
