#include "faulty_storage.h"
