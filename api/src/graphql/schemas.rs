//! The schema as the endpoint needs it, made once for all threads. Must not know what is asked.

use std::sync::Arc;

use async_graphql::parser::Error;

use super::shape::Shape;

/// The schema once as it checks and once as it trusts, and what is read from its SDL.
#[derive(Clone)]
pub struct Schemas<S> {
    /// It checks each document.
    pub checking: S,
    /// It checks next to nothing: for documents that the other has found no fault with.
    pub trusting: S,
    /// What the limits and the variables need to know.
    pub shape: Arc<Shape>,
    /// The schema in the schema definition language.
    pub sdl: Arc<str>,
}

impl<S> Schemas<S> {
    /// Of the same schema twice, whose SDL is `sdl`.
    ///
    /// # Errors
    ///
    /// When `sdl` is not a schema.
    pub fn new(checking: S, trusting: S, sdl: String) -> Result<Self, Error> {
        Ok(Self {
            checking,
            trusting,
            shape: Arc::new(Shape::of(&sdl)?),
            sdl: sdl.into(),
        })
    }
}
