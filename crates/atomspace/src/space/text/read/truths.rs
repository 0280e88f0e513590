//! Truth values and attention, which are numbers in brackets.

use super::super::error::Failure;
use super::super::forms::TruthKind;
use super::super::lexer::Token;
use super::Reader;
use crate::space::{Attention, Truth};
use std::io::Read;

/// A number of seven digits at most with a point among them, as truth values mostly are: its digits as a whole number and
/// the power of ten below it are exact, and so their quotient is what a parser gives (Clinger, PLDI 1990).
#[inline]
fn short_number(text: &[u8]) -> Option<f32> {
    let (mut digits, mut scale, mut after) = (0_u32, 1_u32, false);
    if !(2..=8).contains(&text.len()) {
        return None;
    }
    for byte in text {
        match byte {
            b'0'..=b'9' => digits = digits * 10 + u32::from(byte - b'0'),
            b'.' if !after => {
                after = true;
                continue;
            }
            _ => return None,
        }
        if after {
            scale *= 10;
        }
    }
    (after && digits < 1 << 24).then(|| digits as f32 / scale as f32)
}

impl<R: Read> Reader<'_, R> {
    /// Reads numbers up to the closing bracket, `least` to `N` of them.
    fn numbers<const N: usize>(&mut self, least: usize, wanted: &str) -> Result<([f32; N], usize), Failure> {
        let (mut numbers, mut count) = ([0.0; N], 0);
        loop {
            match self.lexer.next()? {
                Token::Close if count >= least => break,
                Token::Word if count < N => {
                    let number = match short_number(self.lexer.bytes()) {
                        Some(number) => Some(number),
                        None => self.lexer.text()?.parse::<f32>().ok(),
                    };
                    match (numbers.get_mut(count), number) {
                        (Some(slot), Some(number)) => *slot = number,
                        _ => return Err(self.lexer.error(format!("a number is needed here: write {wanted}"))),
                    }
                    count += 1;
                }
                _ => return Err(self.lexer.error(format!("this does not belong here: write {wanted}"))),
            }
        }
        Ok((numbers, count))
    }

    pub(super) fn truth(&mut self, kind: TruthKind) -> Result<Truth, Failure> {
        let truth = match kind {
            TruthKind::Simple => {
                let ([strength, confidence], _) = self.numbers(2, "(stv strength confidence)")?;
                Truth::Simple { strength, confidence }
            }
            TruthKind::Count => {
                let ([strength, confidence, count], _) = self.numbers(3, "(ctv strength confidence count)")?;
                Truth::Count { strength, confidence, count }
            }
            TruthKind::Indefinite => {
                let ([low, high, credibility, lookahead], given) =
                    self.numbers(3, "(itv lower upper credibility look-ahead)")?;
                Truth::Indefinite { low, high, credibility, lookahead: if given > 3 { lookahead } else { 1.0 } }
            }
        };
        let truth = truth.checked().map_err(|error| self.lexer.error_in_form(error.to_string()))?;
        self.lexer.closed();
        Ok(truth)
    }

    pub(super) fn attention(&mut self) -> Result<Attention, Failure> {
        let ([sti, lti, vlti], _) = self.numbers(2, "(av sti lti vlti)")?;
        let whole = vlti.fract() == 0.0 && (0.0..=f32::from(u16::MAX)).contains(&vlti);
        let attention = Attention { sti, lti, vlti: vlti as u16 };
        if !whole {
            return Err(self.lexer.error_in_form(format!("vlti is {vlti}: it must be a whole number from 0 to 65535")));
        }
        let attention = attention.checked().map_err(|error| self.lexer.error_in_form(error.to_string()))?;
        self.lexer.closed();
        Ok(attention)
    }
}
