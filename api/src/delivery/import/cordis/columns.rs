//! The columns that are read of a file, as a struct whose fields have the columns' names.

/// Declares what the importer reads of a row: columns that the file must have, then columns that it may lack.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident,)+ } may lack { $($optional:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(super) struct $name<'a> {
            $(pub(super) $column: &'a str,)+
            $(pub(super) $optional: Option<&'a str>,)*
        }

        impl<'a> $name<'a> {
            /// The columns that the file must have.
            pub(super) const COLUMNS: &'static [&'static str] = &[$(stringify!($column),)+];

            pub(super) fn of(line: &$crate::delivery::import::table::Line<'a>) -> Self {
                Self {
                    $($column: line.cell(stringify!($column)).unwrap_or_default(),)+
                    $($optional: line.cell(stringify!($optional)),)*
                }
            }
        }
    };
}
pub(super) use columns;
