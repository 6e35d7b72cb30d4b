//! What the API answers to whom it cannot serve: each bad input has a stated answer, and none of them
//! is an internal error.

mod absent;
mod arguments;
mod known;
mod limits;
mod nothing;
mod room;
mod texts;
mod transport;
