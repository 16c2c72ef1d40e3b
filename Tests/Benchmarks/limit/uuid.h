// UUIDs of version 7 that increase within the process: RFC 9562, section 5.7 and method 2 of 6.2.
#pragma once

// Writes 36 characters, without a zero behind them.
void uuid_next(char text[36]);
