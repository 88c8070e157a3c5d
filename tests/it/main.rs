//! One integration binary: the program as a person or a script meets it, and the rules of the repository.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod allowed;
mod bad_input;
mod bad_words;
mod canary;
mod forms;
mod program;
mod shop;
mod tidy;
