#pragma once
// Schiller XML made in the test.

#include <string>

#include "core/file_set.h"

namespace ecg::test::made_schiller {

inline std::string channel(const std::string& name, const std::string& data, int count) {
  return "<channel><name>" + name + "</name><data>" + data +
         "</data><datastype>COMMASEPARATE</datastype><samplecount>" + std::to_string(count) +
         "</samplecount></channel>";
}

inline std::string wave(const std::string& type, const std::string& channels,
                        const std::string& rate = "500") {
  return "<wavedata><type>" + type +
         "</type><resolution><samplerate><exponent>1</exponent><value>" + rate +
         "</value></samplerate><yres><unitperbit>2.5</unitperbit><units>UV</units></yres>"
         "</resolution>" +
         channels + "</wavedata>";
}

inline const std::string kRhythm =
    wave("ECG_RHYTHMS", channel("I", "4,-8,0,", 3) + channel("AVR", "1,2,3", 3));

inline NamedBytes document(const std::string& event) {
  const std::string text =
      "<?xml version=\"1.0\"?>\n<com.xiriuz.sema.xml.schillerEDI.SchillerEDI><patdata><id>P3</id>"
      "<lastname>Doe</lastname><firstname>Jane</firstname><gender>FEMALE</gender></patdata>"
      "<examdescript><startdatetime><date>20200229</date><time>101112000</time></startdatetime>"
      "<aquiringdevice><hardware><vendor>Schiller</vendor><model>AT-10P</model><serialnum>77"
      "</serialnum></hardware></aquiringdevice></examdescript><eventdata><event>" +
      event + "</event></eventdata></com.xiriuz.sema.xml.schillerEDI.SchillerEDI>";
  return {"made.xml", {text.begin(), text.end()}};
}

}  // namespace ecg::test::made_schiller
