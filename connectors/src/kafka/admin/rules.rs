//! The brokers' access list about topics.
#![allow(unsafe_code)]

use std::ffi::c_char;

use rdkafka::bindings as native;
use rdkafka::bindings::rd_kafka_admin_op_t as Op;
use rdkafka::error::RDKafkaErrorCode as Code;

use super::{Admin, list, text};

/// A rule of the brokers' access list about topics.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kafka) struct Rule {
    pub(in crate::kafka) principal: String,
    /// `*`, or an address.
    pub(in crate::kafka) host: String,
    /// A topic's name or, with [`Pattern::Prefix`], how it begins.
    pub(in crate::kafka) topic: String,
    pub(in crate::kafka) pattern: Pattern,
    pub(in crate::kafka) operation: Operation,
    pub(in crate::kafka) verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kafka) enum Pattern {
    Name,
    Prefix,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kafka) enum Operation {
    Read,
    Write,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kafka) enum Verdict {
    Allow,
    Deny,
}

impl Admin<'_> {
    /// The access list's rules about topics: who may read and write them.
    pub(in crate::kafka) fn rules(self) -> Result<Vec<Rule>, Code> {
        let mut said: [c_char; 256] = [0; 256];
        // SAFETY: nulls stand for any; `said` is ours, with its size; the filter is destroyed once, below.
        let filter = unsafe {
            native::rd_kafka_AclBindingFilter_new(
                native::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC,
                std::ptr::null(),
                native::rd_kafka_ResourcePatternType_t::RD_KAFKA_RESOURCE_PATTERN_ANY,
                std::ptr::null(),
                std::ptr::null(),
                native::rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_ANY,
                native::rd_kafka_AclPermissionType_t::RD_KAFKA_ACL_PERMISSION_TYPE_ANY,
                said.as_mut_ptr(),
                said.len(),
            )
        };
        // SAFETY: handles and filter are alive until `ask` returns.
        let event = self.ask(Op::RD_KAFKA_ADMIN_OP_DESCRIBEACLS, |library, options, queue| unsafe {
            native::rd_kafka_DescribeAcls(library, filter, options, queue);
        });
        // SAFETY: the library copied the question.
        unsafe { native::rd_kafka_AclBinding_destroy(filter) };
        let event = event?;
        // SAFETY: the answer is of the kind that was asked for, and its lists and texts live as long as it.
        let mut rules: Vec<Rule> = unsafe {
            let answer = native::rd_kafka_event_DescribeAcls_result(event.0.as_ptr());
            let rules = list(|count| native::rd_kafka_DescribeAcls_result_acls(answer, count));
            rules.iter().filter_map(|rule| rule_of(*rule)).collect()
        };
        rules.sort();
        Ok(rules)
    }
}

/// # Safety
/// `rule` is alive.
unsafe fn rule_of(rule: *const native::rd_kafka_AclBinding_t) -> Option<Rule> {
    use native::rd_kafka_ResourcePatternType_t as Matches;
    use native::{rd_kafka_AclOperation_t as Does, rd_kafka_AclPermissionType_t as Says};
    // SAFETY: as the caller says.
    unsafe {
        let operation = match native::rd_kafka_AclBinding_operation(rule) {
            Does::RD_KAFKA_ACL_OPERATION_READ => Operation::Read,
            Does::RD_KAFKA_ACL_OPERATION_WRITE => Operation::Write,
            Does::RD_KAFKA_ACL_OPERATION_ALL => Operation::All,
            _ => return None,
        };
        let verdict = match native::rd_kafka_AclBinding_permission_type(rule) {
            Says::RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW => Verdict::Allow,
            Says::RD_KAFKA_ACL_PERMISSION_TYPE_DENY => Verdict::Deny,
            _ => return None,
        };
        let pattern = match native::rd_kafka_AclBinding_resource_pattern_type(rule) {
            Matches::RD_KAFKA_RESOURCE_PATTERN_LITERAL => Pattern::Name,
            Matches::RD_KAFKA_RESOURCE_PATTERN_PREFIXED => Pattern::Prefix,
            _ => return None,
        };
        Some(Rule {
            principal: text(native::rd_kafka_AclBinding_principal(rule)),
            host: text(native::rd_kafka_AclBinding_host(rule)),
            topic: text(native::rd_kafka_AclBinding_name(rule)),
            pattern,
            operation,
            verdict,
        })
    }
}
