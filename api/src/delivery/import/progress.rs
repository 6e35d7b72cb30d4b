//! The progress bar of an import: on stderr, and only where that is a terminal.

use std::fmt::Write;

use entities::record::RecordType;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// How far an import is: rows, rows a second, time left.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Nothing is done of `rows`.
    pub(super) fn new(shown: bool, rows: u64) -> Self {
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(rows), target);
        let template = "{msg:14} {wide_bar} {human_pos}/{human_len} · {rate} rows/s · {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate));
        }
        Self(bar)
    }

    /// Rows of this type come next.
    pub(super) fn start(&self, record: RecordType) {
        self.0.set_message(format!("{}s", record.prefix()));
    }

    /// So many more rows are done.
    pub(super) fn advance(&self, rows: u64) {
        self.0.inc(rows);
    }
}

fn rate(state: &ProgressState, into: &mut dyn Write) {
    // The bar can do without the figure.
    let _ = write!(into, "{:.0}", state.per_sec());
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
