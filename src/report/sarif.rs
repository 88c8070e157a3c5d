//! SARIF 2.1.0 (OASIS), for code scanning services: written piece by piece, since findings may be many.

use serde_json::json;

use crate::{
    audit::Finding,
    detect::{Class, State, Test},
};

/// Up to the list of results.
pub(super) fn begin() -> String {
    let rules: Vec<_> = Class::ALL.iter().map(|class| json!({"id": class.id()})).collect();
    let driver = json!({"name": "dyetrace", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let schema = "https://json.schemastore.org/sarif-2.1.0.json";
    format!(
        "{{\"$schema\":\"{schema}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"results\":[\n"
    )
}

/// What closes it.
pub(super) fn end() -> String {
    "\n]}]}\n".to_owned()
}

/// One result.
pub(super) fn result(finding: &Finding, is_first: bool) -> String {
    let region = match finding.offset {
        Some(offset) => {
            json!({"startLine": finding.record, "byteOffset": offset, "byteLength": finding.length})
        }
        None => json!({"startLine": finding.record}),
    };
    let result = json!({
        "ruleId": finding.tag.class.id(),
        "level": level(finding),
        "message": {"text": format!("{} in {}", finding.tag, finding.field)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": finding.path.as_str()},
            "region": region,
        }}],
    });
    if is_first { result.to_string() } else { format!(",\n{result}") }
}

fn level(finding: &Finding) -> &'static str {
    match (finding.tag.state, finding.tag.test) {
        (State::Clear, Test::Real) => "error",
        (_, Test::Published) => "note",
        _ => "warning",
    }
}
