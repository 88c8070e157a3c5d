//! Users and roles of the account, and what their policies allow with each group. One call gives all of them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput as Page;
use aws_sdk_iam::types::{AttachedPolicy, PolicyDetail};

use super::Logs;
use super::groups::Group;
use super::metadata::{READ, WRITE, grants, kept, listed};
use crate::aws::pages;
use crate::aws::policy::{self, Policy};
use crate::{Access, Permission, SourceError};

/// Asks IAM, at `endpoint` or its public address, and says who may read, write and unmask.
pub(super) fn ask(
    logs: &Logs,
    endpoint: Option<&str>,
    groups: &mut [Group],
    access: &mut Access,
) -> Result<(), SourceError> {
    let config = logs.session.config()?;
    let mut builder = config.into_builder();
    builder.set_endpoint_url(endpoint.map(str::to_owned));
    let client = aws_sdk_iam::Client::new(&builder.build());
    let Some(details) = kept(access, CALL, details(logs, &client)) else { return Ok(()) };
    let account = Account::new(&details);
    for (may, actions) in [(Permission::Read, READ), (Permission::Write, WRITE)] {
        access.grants.extend(grants(groups, may, |group| account.holders(actions, group)));
    }
    for group in groups {
        let unmask = account.holders(&["logs:Unmask"], group);
        if !unmask.is_empty() {
            group.properties.push(("unmask", listed(&unmask)));
        }
    }
    Ok(())
}

const CALL: &str = "iam:GetAccountAuthorizationDetails";

fn details(logs: &Logs, client: &aws_sdk_iam::Client) -> Result<Vec<Page>, SourceError> {
    pages(|marker| {
        let call = client.get_account_authorization_details().max_items(1_000).set_marker(marker);
        let page = logs.session.ask(CALL, call.send())?;
        let next = page.marker.clone().filter(|_| page.is_truncated);
        Ok((vec![page], next))
    })
}

/// Principals by ARN with all policies that are attached to them, by themselves or by a group of users.
#[derive(Default)]
struct Account {
    policies: Vec<(String, Vec<Policy>)>,
}

impl Account {
    fn new(pages: &[Page]) -> Account {
        let managed = managed(pages);
        let read = |inline: &[PolicyDetail], attached: &[AttachedPolicy]| -> Vec<Policy> {
            let inline = inline.iter().filter_map(|policy| policy.policy_document());
            let attached = attached.iter().filter_map(|policy| managed.get(policy.policy_arn()?).copied());
            inline.chain(attached).filter_map(|document| Policy::parse(&decoded(document))).collect()
        };
        let groups = || pages.iter().flat_map(|page| page.group_detail_list());
        let of_group = |name: &String| {
            let group = groups().find(|group| group.group_name() == Some(name));
            group.map_or_else(Vec::new, |group| {
                read(group.group_policy_list(), group.attached_managed_policies())
            })
        };
        let users = pages.iter().flat_map(|page| page.user_detail_list()).filter_map(|user| {
            let mut policies = read(user.user_policy_list(), user.attached_managed_policies());
            policies.extend(user.group_list().iter().flat_map(of_group));
            Some((user.arn()?.to_owned(), policies))
        });
        let roles = pages.iter().flat_map(|page| page.role_detail_list()).filter_map(|role| {
            Some((role.arn()?.to_owned(), read(role.role_policy_list(), role.attached_managed_policies())))
        });
        Account { policies: users.chain(roles).collect() }
    }

    /// Who may do one of the actions with the group.
    fn holders(&self, actions: &[&str], group: &Group) -> BTreeSet<String> {
        let resources = group.resources();
        let may = |policies: &[Policy]| {
            let with =
                |action: &str| resources.iter().any(|resource| policy::allow(policies, action, resource));
            actions.iter().any(|action| with(action))
        };
        self.policies.iter().filter(|(_, policies)| may(policies)).map(|(arn, _)| arn.clone()).collect()
    }
}

/// Documents of managed policies by ARN, in the version that is in force.
fn managed(pages: &[Page]) -> BTreeMap<&str, &str> {
    let policies = pages.iter().flat_map(|page| page.policies());
    let documents = policies.filter_map(|policy| {
        let version = policy.policy_version_list().iter().find(|version| version.is_default_version())?;
        Some((policy.arn()?, version.document()?))
    });
    documents.collect()
}

/// IAM gives documents as they would stand in an address, others that speak its language as they are.
fn decoded(document: &str) -> String {
    if document.trim_start().starts_with('{') {
        return document.to_owned();
    }
    percent_encoding::percent_decode_str(document).decode_utf8_lossy().into_owned()
}
