/* Ends the program with one line on stderr: a measurement with a fault in it is none. */
#ifndef FAIL_H
#define FAIL_H
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);
/* The same for a failed call of the system. */
__attribute__((noreturn)) void fail_call(const char *what);
#endif
