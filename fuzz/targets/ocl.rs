#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| envfence_fuzz::run("ocl", data));
