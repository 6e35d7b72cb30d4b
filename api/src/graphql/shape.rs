//! What the limits and the variables need to know of the schema, read from its SDL once at start.
//! Must not know a record type by name: everything follows from the shape of the SDL.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::parser::{Error, Positioned, parse_schema};

/// The schema, reduced to what each field returns and takes.
#[derive(Debug)]
pub struct Shape {
    query: Name,
    mutation: Option<Name>,
    outputs: HashMap<Name, HashMap<Name, Field>>,
    inputs: HashMap<Name, HashMap<Name, Input>>,
    condition: Type,
}

/// A field of an object or interface.
#[derive(Debug)]
pub struct Field {
    /// The type it returns, without list and non-null.
    pub returns: Name,
    /// What it costs.
    pub kind: Kind,
    arguments: HashMap<Name, Input>,
}

impl Field {
    /// The argument called `name`.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Input> {
        self.arguments.get(name)
    }
}

/// An argument, or a field of an input object.
#[derive(Debug)]
pub struct Input {
    /// Its whole type.
    pub ty: Type,
    /// Its type without list and non-null.
    pub named: Name,
    /// Whether the schema has a default for it.
    pub has_default: bool,
}

/// How a field counts towards the cost of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A scalar or an enum, also a list of them.
    Leaf,
    /// One object.
    Object,
    /// A list of objects that is no connection.
    List,
    /// A Relay connection: a page of rows.
    Connection,
    /// A page that says its size with `limit`.
    Page,
    /// `edges` or `nodes` of a connection, or the list of a page: the rows themselves.
    Rows,
    /// `node` of an edge: the row itself.
    Row,
}

impl Shape {
    /// Reads the shape from SDL.
    ///
    /// # Errors
    ///
    /// When `sdl` is not a schema.
    pub fn of(sdl: &str) -> Result<Self, Error> {
        let mut shape = Self {
            query: Name::new("Query"),
            mutation: None,
            outputs: HashMap::new(),
            inputs: HashMap::new(),
            condition: Type {
                base: BaseType::Named(Name::new("Boolean")),
                nullable: false,
            },
        };
        let definitions = parse_schema(sdl)?.definitions;
        let leaves: Vec<&str> = ["Int", "Float", "String", "Boolean", "ID"]
            .into_iter()
            .chain(definitions.iter().filter_map(leaf))
            .collect();
        for definition in &definitions {
            match definition {
                TypeSystemDefinition::Schema(roots) => {
                    if let Some(query) = &roots.node.query {
                        shape.query = query.node.clone();
                    }
                    shape.mutation = roots.node.mutation.as_ref().map(|name| name.node.clone());
                }
                TypeSystemDefinition::Type(ty) => {
                    let name = &ty.node.name.node;
                    match &ty.node.kind {
                        TypeKind::Object(object) => {
                            let fields = fields(name, &object.fields, &leaves);
                            shape.outputs.insert(name.clone(), fields);
                        }
                        TypeKind::Interface(interface) => {
                            let fields = fields(name, &interface.fields, &leaves);
                            shape.outputs.insert(name.clone(), fields);
                        }
                        TypeKind::InputObject(object) => {
                            shape.inputs.insert(name.clone(), inputs(&object.fields));
                        }
                        TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::Union(_) => {}
                    }
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(shape)
    }

    /// The type whose fields an operation selects.
    #[must_use]
    pub fn root(&self, operation: OperationType) -> Option<&Name> {
        match operation {
            OperationType::Query => Some(&self.query),
            OperationType::Mutation => self.mutation.as_ref(),
            OperationType::Subscription => None,
        }
    }

    /// The field called `name` of the object or interface called `parent`.
    #[must_use]
    pub fn field(&self, parent: Option<&Name>, name: &Name) -> Option<&Field> {
        self.outputs.get(parent?)?.get(name)
    }

    /// The field called `name` of the input object called `parent`.
    #[must_use]
    pub fn input(&self, parent: &Name, name: &str) -> Option<&Input> {
        self.inputs.get(parent)?.get(name)
    }

    /// The type of `if` in `@skip` and `@include`.
    #[must_use]
    pub fn condition(&self) -> &Type {
        &self.condition
    }

    /// Whether this is an input object, and no scalar or enum.
    #[must_use]
    pub fn is_input_object(&self, name: &Name) -> bool {
        self.inputs.contains_key(name)
    }
}

fn leaf(definition: &TypeSystemDefinition) -> Option<&str> {
    match definition {
        TypeSystemDefinition::Type(ty) => match ty.node.kind {
            TypeKind::Scalar | TypeKind::Enum(_) => Some(ty.node.name.node.as_str()),
            _ => None,
        },
        _ => None,
    }
}

fn fields(
    parent: &Name,
    definitions: &[Positioned<FieldDefinition>],
    leaves: &[&str],
) -> HashMap<Name, Field> {
    let field = |definition: &Positioned<FieldDefinition>| {
        let definition = &definition.node;
        let returns = named(&definition.ty.node);
        let field = Field {
            kind: kind(parent, definition, &returns, leaves),
            returns,
            arguments: inputs(&definition.arguments),
        };
        (definition.name.node.clone(), field)
    };
    definitions.iter().map(field).collect()
}

fn inputs(definitions: &[Positioned<InputValueDefinition>]) -> HashMap<Name, Input> {
    let input = |definition: &Positioned<InputValueDefinition>| {
        let definition = &definition.node;
        let input = Input {
            named: named(&definition.ty.node),
            ty: definition.ty.node.clone(),
            has_default: definition.default_value.is_some(),
        };
        (definition.name.node.clone(), input)
    };
    definitions.iter().map(input).collect()
}

fn kind(parent: &Name, field: &FieldDefinition, returns: &Name, leaves: &[&str]) -> Kind {
    let is_list = matches!(field.ty.node.base, BaseType::List(_));
    match field.name.node.as_str() {
        _ if leaves.contains(&returns.as_str()) => Kind::Leaf,
        "edges" | "nodes" if is_list && parent.ends_with("Connection") => Kind::Rows,
        _ if is_list && parent.ends_with("Page") => Kind::Rows,
        "node" if !is_list && parent.ends_with("Edge") => Kind::Row,
        _ if returns.ends_with("Connection") => Kind::Connection,
        _ if returns.ends_with("Page") => Kind::Page,
        _ if is_list => Kind::List,
        _ => Kind::Object,
    }
}

fn named(ty: &Type) -> Name {
    match &ty.base {
        BaseType::Named(name) => name.clone(),
        BaseType::List(inner) => named(inner),
    }
}
