//! Floor 10: one subcommand a file; exit codes and progress.
