// UUIDs of version 7 that increase within the process: RFC 9562, section 5.7 and method 2 of 6.2.
#pragma once

// Writes 36 characters, without a zero behind them.
void uuid_next(char text[36]);

// Reads 16 bytes from what uuid_next wrote.
void uuid_bytes(const char text[36], unsigned char bytes[16]);
