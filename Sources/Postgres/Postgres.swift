import CLibPQ
import DequeModule
import Logging
