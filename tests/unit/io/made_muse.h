#pragma once
// GE MUSE XML made in the test.

#include <string>

#include "core/file_set.h"

namespace ecg::test::made_muse {

inline std::string lead(const std::string& name, const std::string& base64, int count) {
  return "<LeadData><LeadSampleCountTotal>" + std::to_string(count) +
         "</LeadSampleCountTotal><LeadAmplitudeUnitsPerBit>4.88</LeadAmplitudeUnitsPerBit>"
         "<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>" +
         name + "</LeadID><LeadSampleSize>2</LeadSampleSize><WaveFormData>\n" + base64 +
         "\n</WaveFormData></LeadData>";
}

inline std::string waveform(const std::string& type, const std::string& leads) {
  return "<Waveform><WaveformType>" + type +
         "</WaveformType><SampleBase>25</SampleBase><SampleExponent>1</SampleExponent>" + leads +
         "</Waveform>";
}

/// Counts: I = 100, -1; II = 256, -32768 (little-endian 64 00 FF FF, 00 01 00 80).
inline const std::string kLeads = lead("I", "ZAD/\r\n/w==", 2) + lead("II", "AAEAgA==", 2);

inline NamedBytes document(const std::string& body, const std::string& before = "") {
  const std::string text =
      "<?xml version=\"1.0\"?>" + before + "<RestingECG>" + body + "</RestingECG>";
  return {"made.xml", {text.begin(), text.end()}};
}

inline NamedBytes whole() {
  return document(
      "<PatientDemographics><PatientID>P1</PatientID><PatientLastName>Doe</"
      "PatientLastName><PatientFirstName>Jane</PatientFirstName><PatientAge>61</"
      "PatientAge><AgeUnits>YEARS"
      "</AgeUnits><Gender>FEMALE</Gender></PatientDemographics><TestDemographics><AcquisitionDate>"
      "03-28-2015</AcquisitionDate><AcquisitionTime>10:11:12</AcquisitionTime></TestDemographics>"
      "<RestingECGMeasurements><QRSDuration>96</QRSDuration></RestingECGMeasurements><Diagnosis>"
      "<DiagnosisStatement><StmtText>Sinus</StmtText></DiagnosisStatement><DiagnosisStatement>"
      "<StmtFlag>ENDSLINE</StmtFlag><StmtText>rhythm</StmtText></DiagnosisStatement></Diagnosis>" +
          waveform("Median", lead("I", "ZAA=", 1)) + waveform("Rhythm", kLeads),
      "<!DOCTYPE RestingECG SYSTEM \"restecg.dtd\">");
}

}  // namespace ecg::test::made_muse
