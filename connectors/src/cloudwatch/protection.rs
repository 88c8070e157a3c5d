//! Data-protection policies: what the service masks in a group's events as they come in. Events that came before the
//! policy stay as they were, and whoever holds `logs:Unmask` sees all.

use std::collections::BTreeSet;

use aws_sdk_cloudwatchlogs::types::PolicyType;
use serde_json::Value;

use super::Logs;
use super::groups::{Group, Protection};
use super::metadata::{ACCOUNT, account_policies, kept, listed};
use crate::{Access, SourceError};

/// Asks which identifiers are masked where the listing said that a policy is in force.
pub(super) fn ask(logs: &Logs, groups: &mut [Group], access: &mut Access) -> Result<(), SourceError> {
    let mut of_account = BTreeSet::new();
    if groups.iter().any(|group| group.protection == Protection::Inherited) {
        let policies = account_policies(logs, PolicyType::DataProtectionPolicy);
        let policies = kept(access, ACCOUNT, policies).unwrap_or_default();
        of_account.extend(policies.iter().flat_map(|policy| masked(&policy.document)));
    }
    let client = logs.client()?;
    for group in groups {
        let identifiers = match group.protection {
            Protection::Nothing => continue,
            Protection::Inherited => of_account.clone(),
            Protection::OfItsOwn => {
                let call = client.get_data_protection_policy().log_group_identifier(&group.arn);
                let what = format!("logs:GetDataProtectionPolicy {}", group.name);
                let policy = kept(access, &what, logs.session.ask(&group.name, call.send()));
                policy.and_then(|policy| Some(masked(policy.policy_document()?))).unwrap_or_default()
            }
        };
        let text = match identifiers.is_empty() {
            true => "in force, of what is not known".into(),
            false => listed(&identifiers),
        };
        group.properties.push(("data-protection", text));
    }
    Ok(())
}

/// The identifiers that a policy masks, without the path that the service's own ones have.
fn masked(document: &str) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let statements = document["Statement"].as_array().into_iter().flatten();
    let masking = statements.filter(|statement| statement["Operation"]["Deidentify"].is_object());
    let identifiers =
        masking.flat_map(|statement| statement["DataIdentifier"].as_array().into_iter().flatten());
    let names = identifiers.filter_map(Value::as_str);
    names.map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_audited_is_not_masked() {
        let document = r#"{"Name": "cards", "Version": "2021-06-01", "Statement": [
            {"DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/Address"],
             "Operation": {"Audit": {"FindingsDestination": {}}}},
            {"DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/CreditCardNumber", "OrderId"],
             "Operation": {"Deidentify": {"MaskConfig": {}}}}]}"#;
        assert_eq!(masked(document).into_iter().collect::<Vec<_>>(), ["CreditCardNumber", "OrderId"]);
        assert_eq!(masked("no policy"), BTreeSet::new());
    }
}
