//! Civil dates, for acknowledgements that end. There is no clock here: today is told by the caller.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, from 0001-01-01 to 9999-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateError {
    /// It is not written as four digits, two digits and two digits, joined by `-`.
    Shape,
    /// No calendar has this day.
    NoSuchDay,
}

const SECONDS_PER_DAY: i64 = 86_400;
/// Days from 0000-03-01, where the count of years is easiest, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;

impl Date {
    /// The day of a year, month and day, when there is one.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real = (1..=9999).contains(&year) && day >= 1 && day <= days_in_month(year, month);
        real.then_some(Self { year, month, day })
    }

    /// The day in UTC of a number of seconds since 1970-01-01; days that no [`Date`] can hold give the nearest one.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let days = seconds.div_euclid(SECONDS_PER_DAY).clamp(-719_162, 2_932_896) + DAYS_TO_EPOCH;
        let (era, day_of_era) = (days.div_euclid(DAYS_PER_ERA), days.rem_euclid(DAYS_PER_ERA));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: u16::try_from(year).unwrap_or(9999),
            month: u8::try_from(month).unwrap_or(12),
            day: u8::try_from(day).unwrap_or(31),
        }
    }

    /// How many days this day is after `earlier`; negative when it is before.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.days() - earlier.days()
    }

    /// Days since 0000-03-01.
    fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        365 * year + year / 4 - year / 100 + year / 400 + day_of_year
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits)?;
            let all_digits = part.bytes().all(|byte| byte.is_ascii_digit());
            all_digits.then(|| part.parse::<u16>().ok()).flatten()
        };
        let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else {
            return Err(DateError::Shape);
        };
        if parts.next().is_some() {
            return Err(DateError::Shape);
        }
        let small = |number| u8::try_from(number).unwrap_or(0);
        Self::new(year, small(month), small(day)).ok_or(DateError::NoSuchDay)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "is not a date like 2026-12-31",
            Self::NoSuchDay => "is not a day of the calendar",
        })
    }
}

impl std::error::Error for DateError {}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn only_real_days_in_one_shape_are_dates() {
        for text in ["2026-12-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(date(text).to_string(), text);
        }
        for text in [
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "0000-01-01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(DateError::NoSuchDay), "{text}");
        }
        for text in [
            "",
            "2026-1-1",
            "26-01-01",
            "2026-01-01 ",
            "2026/01/01",
            "2026-01-01-01",
            "+026-01-01",
            "20260101",
            "２026-01-01",
            "31.12.2026",
        ] {
            assert_eq!(text.parse::<Date>(), Err(DateError::Shape), "{text}");
        }
    }

    #[test]
    fn seconds_become_days() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (1_767_225_599, "2025-12-31"),
            (1_767_225_600, "2026-01-01"),
            (i64::MIN, "0001-01-01"),
            (i64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Date::from_unix_seconds(seconds).to_string(), day, "{seconds}");
        }
    }

    #[test]
    fn days_are_counted() {
        for (late, early, days) in [
            ("2026-01-01", "2025-12-31", 1),
            ("2024-03-01", "2024-02-28", 2),
            ("2025-03-01", "2025-02-28", 1),
            ("2025-02-28", "2025-03-01", -1),
            ("1970-01-01", "1970-01-01", 0),
            ("9999-12-31", "0001-01-01", 3_652_058),
        ] {
            assert_eq!(date(late).days_since(date(early)), days, "{late} {early}");
        }
        assert!(date("2025-12-31") < date("2026-01-01"));
    }

    #[test]
    fn every_day_comes_back_from_its_seconds() {
        for days in (-719_162..2_932_896).step_by(97) {
            let day = Date::from_unix_seconds(days * SECONDS_PER_DAY);
            assert_eq!(day.days() - DAYS_TO_EPOCH, days);
            assert_eq!(day.to_string().parse(), Ok(day));
        }
    }
}
