//! The suite: everything that crosses SQL or HTTP, on both databases, and what the sources must look
//! like. One binary, a module per noun.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod access;
mod access_document;
mod architecture;
mod audit;
mod columns;
mod conformance;
mod connector;
mod contract;
mod cordis;
mod duplicates;
mod errors;
mod explorer;
mod feed;
mod filters;
mod findings;
mod given;
mod http;
mod interrupted;
mod killed;
mod lists;
mod live;
mod migrations;
mod mutations;
mod node;
mod operate;
mod paging;
mod posted;
mod program;
mod push;
mod push_document;
mod queries;
mod readme;
mod records;
mod schema;
mod sdl;
mod sight;
mod sign_in;
mod source;
mod sync;
mod writes;
