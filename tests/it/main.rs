//! The suite: everything that crosses SQL or HTTP, on both databases, and what the sources must look
//! like. One binary, a module per noun.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::as_conversions,
    reason = "a test that meets what it does not expect has failed"
)]

mod architecture;
mod duplicates;
mod errors;
mod feed;
mod findings;
mod given;
mod migrations;
mod paging;
mod readme;
mod records;
mod source;
