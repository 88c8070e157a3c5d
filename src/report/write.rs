//! Writes a report so that a full disk or a kill leaves the old file or the new one, never half of it.

use std::{io::Write, path::Path};

use super::ReportError;
use crate::detect::scrub;

/// Writes beside the target and renames. The file is its owner's alone: a report says where the weak places are.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    replace(path, bytes).map_err(|error| ReportError::Unwritable {
        path: scrub(&path.display().to_string()),
        why: scrub(&error.to_string()),
    })
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // A device or a pipe is written to, not replaced.
    if path.metadata().is_ok_and(|known| !known.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
