"""What leaves the hall for people elsewhere: e-mail and SMS, each message an event of the log.

`letter` says what a message reads like, `mail` and `gateway` bring it to the other end, `courier`
sees the messages of one channel through, `office` joins them to a live hall.
"""
